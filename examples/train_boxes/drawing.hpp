// Pictures of shapes on noise, and where the shapes are.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <incuse/host/detection.hpp>
#include <incuse/train/dataset.hpp>
#include <incuse/train/random.hpp>

namespace examples {

using namespace incuse;

/// Grey pictures with 1 to 4 discs, squares and triangles, brighter or darker than what is behind them, stretched, and
/// hardly over each other. Picture and boxes follow from the seed and the index.
class Drawings : public train::Dataset {
 public:
  static constexpr int side = 64;

  Drawings(std::size_t count, std::uint64_t seed) : count_(count), seed_(seed) {}

  std::size_t size() const override { return count_; }
  Shape shape() const override { return {1, side, side}; }
  int label(std::size_t) const override { return -1; }
  bool has_boxes() const override { return true; }
  std::vector<std::string> classes() const override { return {"disc", "square", "triangle"}; }

  std::vector<host::LabelledBox> boxes(std::size_t index) const override {
    train::RandomStream random(seed_, 0, index);
    std::vector<host::LabelledBox> boxes;
    const int wanted = 1 + random.below(4);
    for (int i = 0; i < wanted; ++i) {
      const host::LabelledBox one = random_object(random);
      const auto is_in_the_way = [&](const host::LabelledBox& other) {
        return host::overlap(one.box, other.box) > 0.03F;
      };
      if (std::none_of(boxes.begin(), boxes.end(), is_in_the_way)) boxes.push_back(one);
    }
    return boxes;
  }

  void read(std::size_t index, std::int8_t* values) const override {
    train::RandomStream random(seed_, 1, index);
    std::vector<double> pixels = background(random);
    for (const host::LabelledBox& object : boxes(index)) draw(object, random, pixels);
    const double noise = 4 + 12 * random.real();
    for (const double pixel : pixels)
      *values++ = static_cast<std::int8_t>(std::clamp(std::round(pixel + noise * random.normal()), -128.0, 127.0));
  }

 private:
  static host::LabelledBox random_object(train::RandomStream& random) {
    const double size = 11 + 14 * random.real(), stretched = std::exp2(random.real() - 0.5);
    const double width = size * stretched / side, height = size / stretched / side;
    const double left = (1 - width) * random.real(), top = (1 - height) * random.real();
    return {{static_cast<float>(left), static_cast<float>(top), static_cast<float>(width), static_cast<float>(height)},
            random.below(3)};
  }

  /// Brighter from one side to the other, with waves.
  static std::vector<double> background(train::RandomStream& random) {
    const double level = 120 * random.real() - 60, across = 60 * random.real() - 30, down = 60 * random.real() - 30;
    const double wave = 14 * random.real(), length = 3 + 10 * random.real(), turned = 3.14 * random.real();
    std::vector<double> pixels;
    for (int y = 0; y < side; ++y)
      for (int x = 0; x < side; ++x)
        pixels.push_back(level + across * x / side + down * y / side +
                         wave * std::sin((x * std::cos(turned) + y * std::sin(turned)) / length));
    return pixels;
  }

  /// Whether a place is in a shape; its box reaches from -1 to 1.
  static bool is_inside(int label, double x, double y) {
    if (std::abs(x) > 1 || std::abs(y) > 1) return false;
    if (label == 0) return x * x + y * y <= 1;
    return label == 1 || std::abs(x) <= (y + 1) / 2;
  }

  /// Pixels at the edge get the share of the shape that lies in them.
  static void draw(const host::LabelledBox& object, train::RandomStream& random, std::vector<double>& pixels) {
    constexpr int parts = 3;
    const host::Box& box = object.box;
    const auto wide = static_cast<double>(box.width * side), high = static_cast<double>(box.height * side);
    const double left = static_cast<double>(box.left * side), top = static_cast<double>(box.top * side);
    const double contrast = (random.below(2) == 1 ? 1 : -1) * (45 + 45 * random.real());
    for (int y = static_cast<int>(top); y < side && y < top + high; ++y)
      for (int x = static_cast<int>(left); x < side && x < left + wide; ++x) {
        int inside = 0;
        for (int i = 0; i < parts * parts; ++i) {
          const double own_x = x + (i % parts + 0.5) / parts - left, own_y = y + (i / parts + 0.5) / parts - top;
          inside += is_inside(object.label, 2 * own_x / wide - 1, 2 * own_y / high - 1);
        }
        pixels[static_cast<std::size_t>(y * side + x)] += contrast * inside / (parts * parts);
      }
  }

  std::size_t count_;
  std::uint64_t seed_;
};

}  // namespace examples
