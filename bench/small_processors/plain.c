/* A convolution of signed bytes in plain loops, the channels of a pixel one after the other. */
#include <stdint.h>

void plain_layer(const int8_t *in, int height, int width, int channels, const int8_t *weights, const int8_t *bias,
                 int outputs, int kernel, int padding, int relu, int8_t *out) {
  for (int y = 0; y < height + 2 * padding - kernel + 1; ++y)
    for (int x = 0; x < width + 2 * padding - kernel + 1; ++x)
      for (int o = 0; o < outputs; ++o) {
        int32_t sum = bias[o] * 128 + 64;
        for (int i = 0; i < kernel; ++i)
          for (int j = 0; j < kernel; ++j) {
            const int row = y + i - padding, column = x + j - padding;
            if (row < 0 || row >= height || column < 0 || column >= width) continue;
            const int8_t *pixel = in + (row * width + column) * channels;
            const int8_t *tap = weights + ((o * kernel + i) * kernel + j) * channels;
            for (int c = 0; c < channels; ++c) sum += pixel[c] * tap[c];
          }
        sum >>= 7;
        if (sum > 127) sum = 127;
        if (sum < (relu ? 0 : -128)) sum = relu ? 0 : -128;
        *out++ = (int8_t)sum;
      }
}
