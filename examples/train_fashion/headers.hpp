// Writes the headers of examples/fashion_mnist: the parameters of the trained network, and a few test pictures with
// what it answers.
#pragma once

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <incuse/export/cpp_source.hpp>
#include <incuse/report/table.hpp>

#include <examples/fashion_mnist/picture_set.hpp>

namespace examples {

/// How a training went: what fashion_parameters.hpp says of it, and the chip's answers.
struct TrainedNetwork {
  int epochs = 0, quantised_epochs = 0;
  double accuracy = 0;                      ///< of the chip's integers, 0 to 1
  double logit_unit = 1;                    ///< what one unit of the outputs is in the numbers that the loss reads
  std::vector<std::vector<int>> outputs{};  ///< of all test pictures
};

inline std::string parameters_header(incuse::Parameters parameters, const TrainedNetwork& trained) {
  std::ostringstream out;
  out << "// Trained parameters of FashionNet (fashion_net.hpp), written by train_fashion; do not edit.\n// "
      << trained.epochs << " epochs, the last " << trained.quantised_epochs
      << " of them with the chip's rounding: " << incuse::report::fixed(100 * trained.accuracy, 2) << " % of the "
      << trained.outputs.size()
      << " test pictures right.\n"
         "// Weights and biases are signed bytes in C order, 3-digit escapes are octal.\n"
         "// clang-format off\n"
         "#pragma once\n\n"
         "#include <incuse/model/parameters.hpp>\n\n"
         "namespace fashion {\n\n"
         "/// One unit of the output in the logits that training compared with the labels.\n"
         "inline constexpr double logit_unit = 1.0 / "
      << static_cast<long long>(1 / trained.logit_unit + 0.5) << ";\n\n"
      << incuse::cpp::parameters_struct("fashion_parameters", parameters) << "\n}  // namespace fashion\n";
  return out.str();
}

/// What the file of pictures begins with: their licence, and their type.
inline constexpr const char* pictures_intro =
    "// A few pictures of the Fashion-MNIST test set, written by train_fashion; do not edit.\n"
    "//\n"
    "// The pictures are part of Fashion-MNIST (https://github.com/zalandoresearch/fashion-mnist):\n"
    "//\n"
    "// The MIT License (MIT)\n"
    "//\n"
    "// Copyright (c) 2017 Zalando SE, https://tech.zalando.com\n"
    "//\n"
    "// Permission is hereby granted, free of charge, to any person obtaining a copy of this software and "
    "associated\n"
    "// documentation files (the \"Software\"), to deal in the Software without restriction, including without\n"
    "// limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of "
    "the\n"
    "// Software, and to permit persons to whom the Software is furnished to do so, subject to the following\n"
    "// conditions:\n"
    "//\n"
    "// The above copyright notice and this permission notice shall be included in all copies or substantial "
    "portions\n"
    "// of the Software.\n"
    "//\n"
    "// THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT "
    "LIMITED\n"
    "// TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT "
    "SHALL\n"
    "// THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN "
    "ACTION OF\n"
    "// CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER\n"
    "// DEALINGS IN THE SOFTWARE.\n"
    "// clang-format off\n"
    "#pragma once\n\n"
    "namespace fashion {\n\n"
    "struct TestPicture {\n"
    "  int label;                  ///< 0...9\n"
    "  int logits[10];             ///< the integers of the trained network\n"
    "  unsigned char pixels[785];  ///< 28 rows of 28, 0 is black; and the literal's end\n"
    "};\n\n"
    "inline constexpr TestPicture test_pictures[] = {\n";

/// The class of the greatest output.
inline int answer_of(const std::vector<int>& outputs) {
  return static_cast<int>(std::max_element(outputs.begin(), outputs.end()) - outputs.begin());
}

/// The first picture of a class that the network gets right, or wrong. The first one of the class if there is none.
inline int picture_of(const fashion::PictureSet& set, const TrainedNetwork& trained, int label, bool right) {
  int first = -1;
  for (int i = set.size() - 1; i >= 0; --i)
    if (set.label(i) == label &&
        (first < 0 || (answer_of(trained.outputs[static_cast<std::size_t>(i)]) == label) == right ||
         (answer_of(trained.outputs[static_cast<std::size_t>(first)]) == label) != right))
      first = i;
  return first;
}

/// One picture of each class that the network gets right; of coats and shirts, which are hard, one that it gets wrong.
inline std::string pictures_header(const fashion::PictureSet& set, const TrainedNetwork& trained) {
  std::ostringstream out;
  out << pictures_intro;
  for (int label = 0; label < fashion::classes; ++label) {
    const int chosen = picture_of(set, trained, label, label != 4 && label != 6);
    if (chosen < 0) throw std::runtime_error("the test set has no picture of class " + std::to_string(label));
    out << "    {" << label << ", {";
    const char* comma = "";
    for (const int output : trained.outputs[static_cast<std::size_t>(chosen)]) {
      out << comma << output;
      comma = ", ";
    }
    const std::string_view bytes(reinterpret_cast<const char*>(set.picture(chosen)), fashion::pixels);
    out << "}," << incuse::cpp::literal(bytes, "     ") << "},\n";
  }
  out << "};\n\n}  // namespace fashion\n";
  return out.str();
}

inline void write_file(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  if (!out.flush()) throw std::runtime_error(path + " cannot be written");
}

}  // namespace examples
