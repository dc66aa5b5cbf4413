// Pictures with boxes around what is in them, to train detectors: a folder of pictures, and a CSV file with a line for
// each box. As with pictures.hpp, one file of the program defines STB_IMAGE_IMPLEMENTATION.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <incuse/import/file.hpp>
#include <incuse/train/data/pictures.hpp>

namespace incuse::train {

/// Lines are image,class,x,y,width,height: the name of a file in the folder, the name of a class, and a box in pixels
/// of the picture, x and y being those of its upper left corner. A picture has as many lines as there are things in it;
/// a line with a name alone is one of a picture with nothing. A first line of words is skipped. Pictures and classes
/// come by ascending name.
class BoxedPictures : public Dataset {
 public:
  /// Throws std::runtime_error if the file or a picture cannot be read, or a line does not fit.
  BoxedPictures(const std::string& folder, const std::string& csv, Shape input) : shape_(input) {
    detail::expect_picture_shape(folder, input);
    std::string text, error;
    if (!read_file(csv, text, error)) throw std::runtime_error(error);
    std::map<std::string, std::vector<NamedBox>> pictures;
    std::size_t line = 0;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      ++line;
      add_line(csv + ", line " + std::to_string(line), line == 1, text.substr(at, end - at), pictures);
      at = end + 1;
    }
    if (pictures.empty()) throw std::runtime_error(csv + ": there are no pictures");
    const std::string inside = folder + '/';
    for (const auto& [name, boxes] : pictures) add_picture(std::string(inside).append(name), boxes);
  }

  std::size_t size() const override { return files_.size(); }
  Shape shape() const override { return shape_; }
  int label(std::size_t) const override { return -1; }
  bool has_boxes() const override { return true; }
  std::vector<host::LabelledBox> boxes(std::size_t index) const override { return boxes_[index]; }
  std::vector<std::string> classes() const override { return classes_; }
  const std::string& file(std::size_t index) const { return files_[index]; }
  void read(std::size_t index, std::int8_t* values) const override { read_picture(files_[index], shape_, values); }

 private:
  struct NamedBox {
    std::string name{};
    host::Box box{};
  };

  static std::vector<std::string> fields_of(const std::string& line) {
    std::vector<std::string> fields;
    for (std::size_t at = 0; at <= line.size();) {
      const std::size_t end = std::min(line.find(',', at), line.size());
      std::string field = line.substr(at, end - at);
      field.erase(0, field.find_first_not_of(" \t\""));
      field.erase(field.find_last_not_of(" \t\r\"") + 1);
      fields.push_back(std::move(field));
      at = end + 1;
    }
    return fields;
  }
  static bool is_number(const std::string& field, float& number) {
    char* end = nullptr;
    number = std::strtof(field.c_str(), &end);
    return !field.empty() && *end == '\0';
  }

  void add_line(const std::string& place, bool first, const std::string& line,
                std::map<std::string, std::vector<NamedBox>>& pictures) {
    const std::vector<std::string> fields = fields_of(line);
    const bool empty =
        std::all_of(fields.begin() + 1, fields.end(), [](const std::string& own) { return own.empty(); });
    if (fields[0].empty() && empty) return;
    if (empty) {
      pictures[fields[0]];
      return;
    }
    float numbers[4]{};
    bool good = fields.size() == 6 && !fields[1].empty();
    for (std::size_t i = 0; good && i < 4; ++i) good = is_number(fields[i + 2], numbers[i]);
    if (!good && first) return;
    if (!good || !(numbers[2] > 0 && numbers[3] > 0))
      throw std::runtime_error(place +
                               ": a line is image,class,x,y,width,height, or an image alone, and boxes have a size");
    pictures[fields[0]].push_back({fields[1], {numbers[0], numbers[1], numbers[2], numbers[3]}});
    const auto at = std::lower_bound(classes_.begin(), classes_.end(), fields[1]);
    if (at == classes_.end() || *at != fields[1]) classes_.insert(at, fields[1]);
  }

  void add_picture(const std::string& path, const std::vector<NamedBox>& boxes) {
    int width = 0, height = 0, channels = 0;
    if (stbi_info(path.c_str(), &width, &height, &channels) == 0 || width < 1 || height < 1)
      throw std::runtime_error(path + ": this is no picture that can be read");
    files_.push_back(path);
    const auto x = static_cast<float>(width), y = static_cast<float>(height);
    std::vector<host::LabelledBox>& own = boxes_.emplace_back();
    for (const NamedBox& box : boxes) {
      const auto label = std::lower_bound(classes_.begin(), classes_.end(), box.name) - classes_.begin();
      own.push_back(
          {{box.box.left / x, box.box.top / y, box.box.width / x, box.box.height / y}, static_cast<int>(label)});
    }
  }

  Shape shape_{};
  std::vector<std::string> files_{}, classes_{};
  std::vector<std::vector<host::LabelledBox>> boxes_{};
};

}  // namespace incuse::train
