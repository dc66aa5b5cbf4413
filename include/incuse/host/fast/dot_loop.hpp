// The loop of kernels for vectors, written once over a dot product. A function has the instruction set of the place
// where it is written, and a template hands none on: so this header is read once for each set, within its namespace,
// by the header that defines
//
//     INCUSE_FAST_TARGET, INCUSE_FAST_INLINE   the attributes of functions
//     struct Dot {
//       using Element, Weight;                 of tensors and of packed weights
//       using Sums;                            a vector with a sum of each of `lanes` output channels
//       using Words;                           a vector with `word` elements, or weights, for each of them
//       static constexpr int lanes, vectors, word;                   see Form
//       static constexpr int output_bytes;     of outputs that are neither wide nor plain
//       static Sums zero(), sums_at(const std::int32_t*), plus(Sums, Sums);
//       static Words weights_at(const Weight*), broadcast(const Element*);
//       static void add(Sums&, Words elements, Words weights);       sums += the dot products
//       template <int used> static void finish(const Finish&, const Sums*, int channels, std::byte* to);
//       template <int used> static void finish_usual(...);           the same for outputs as in most layers …
//       template <int used> static bool is_usual(const Finish&, int channels);           … of which these are
//     };                                       `finish` stores the outputs of a pixel from so many vectors
//
// and gets `convolve` for it. Read anywhere else, it is empty.
#if defined(INCUSE_FAST_INLINE)

/// sums of one pixel += its products with a word of every vector.
template <int... v>
INCUSE_FAST_INLINE void add_pixel(Dot::Sums* sums, const Dot::Element* x, const Dot::Words* weights,
                                  std::integer_sequence<int, v...>) {
  const Dot::Words value = Dot::broadcast(x);
  (Dot::add(sums[v], value, weights[v]), ...);
}

/// The same with weights in memory.
template <int... v>
INCUSE_FAST_INLINE void add_word(Dot::Sums* sums, const Dot::Element* x, const Dot::Weight* weights,
                                 std::integer_sequence<int, v...>) {
  const Dot::Words value = Dot::broadcast(x);
  (Dot::add(sums[v], value, Dot::weights_at(weights + v * Dot::lanes * Dot::word)), ...);
}

/// Stores the outputs of pixels that are `step` bytes apart.
template <int used>
INCUSE_FAST_TARGET __attribute__((noinline)) inline void finish_pixels(const Finish& rule, const Dot::Sums* sums,
                                                                       int pixels, int channels, std::byte* to,
                                                                       std::ptrdiff_t step) {
  for (; pixels > 0; --pixels, sums += used, to += step) Dot::finish<used>(rule, sums, channels, to);
}

/// Tiles of pixels for `Rows`. There are no loops over sums: GCC would keep them in memory.
struct Kernel {
  using Element = Dot::Element;
  using Weight = Dot::Weight;
  using Sums = Dot::Sums;
  static constexpr int lanes = Dot::lanes, vectors = Dot::vectors, word = Dot::word;
  static constexpr int output_bytes = Dot::output_bytes;

  template <int pixels, int used>
  INCUSE_FAST_TARGET __attribute__((noinline)) static void tile(const Convolution& job, const Block<Weight>& block,
                                                                const Element* in, std::byte* out) {
    if constexpr (pixels == 1)
      compute_one(job, block, in, out, std::make_integer_sequence<int, parts * used>{},
                  std::make_integer_sequence<int, parts>{}, std::make_integer_sequence<int, used>{});
    else
      compute<used>(job, block, in, out, std::make_integer_sequence<int, pixels * used>{},
                    std::make_integer_sequence<int, pixels>{}, std::make_integer_sequence<int, used>{});
  }

 private:
  /// The sum of a single pixel is computed in so many parts, side by side: in one part, each addition would wait for
  /// the one before it.
  static constexpr int parts = 4;

  /// One pixel. Sum i is that of part i / used and vector i % used; word n of a run belongs to part n % parts.
  template <int... i, int... p, int... v>
  INCUSE_FAST_INLINE static void compute_one(const Convolution& job, const Block<Weight>& block, const Element* in,
                                             std::byte* out, std::integer_sequence<int, i...>,
                                             std::integer_sequence<int, p...>,
                                             std::integer_sequence<int, v...> each_vector) {
    constexpr int used = sizeof...(v), step = used * lanes * word;
    const Weight* w = block.weights;
    Sums sums[sizeof...(i)] = {(i < used ? Dot::sums_at(block.starts + i % used * lanes) : Dot::zero())...};
    for (int run = 0; run < job.piece.runs; ++run) {
      const Element* x = in + job.runs[run];
      int left = job.piece.words;
      for (; left >= parts; left -= parts, x += parts * word, w += parts * step)
        (add_word(sums + p * used, x + p * word, w + p * step, each_vector), ...);
      for (; left > 0; --left, x += word, w += step) add_word(sums, x, w, each_vector);
    }
    static_assert(parts == 4);
    const Sums all[used] = {
        Dot::plus(Dot::plus(sums[v], sums[used + v]), Dot::plus(sums[2 * used + v], sums[3 * used + v]))...};
    if (Dot::is_usual<used>(job.finish, block.channels))
      Dot::finish_usual<used>(job.finish, all, block.channels, out);
    else
      finish_pixels<used>(job.finish, all, 1, block.channels, out, 0);
  }

  /// Sum i is that of pixel i / used and vector i % used.
  template <int used, int... i, int... p, int... v>
  INCUSE_FAST_INLINE static void compute(const Convolution& job, const Block<Weight>& block, const Element* in,
                                         std::byte* out, std::integer_sequence<int, i...>,
                                         std::integer_sequence<int, p...>,
                                         std::integer_sequence<int, v...> each_vector) {
    const std::ptrdiff_t step = job.piece.in_column;
    const std::ptrdiff_t out_step = job.piece.out_column * job.finish.out_bytes(output_bytes);
    const Weight* w = block.weights;
    Sums sums[sizeof...(i)] = {Dot::sums_at(block.starts + i % used * lanes)...};
    for (int run = 0; run < job.piece.runs; ++run) {
      const Element* x = in + job.runs[run];
      for (int left = job.piece.words; left > 0; --left, x += word, w += used * lanes * word) {
        const Dot::Words weights[used] = {Dot::weights_at(w + v * lanes * word)...};
        (add_pixel(sums + p * used, x + p * step, weights, each_vector), ...);
      }
    }
    if (Dot::is_usual<used>(job.finish, block.channels))
      return (Dot::finish_usual<used>(job.finish, sums + p * used, block.channels, out + p * out_step), ...);
    const Sums all[sizeof...(i)] = {sums[i]...};
    finish_pixels<used>(job.finish, all, sizeof...(p), block.channels, out, out_step);
  }
};

/// Runs a piece of a convolution.
inline void convolve(const Convolution& job) { Rows<Kernel>::run(job); }

#endif
