// Runs the trained Fashion-MNIST network bit for bit as the MAX78000 does: prints the chip's plan, classifies a few
// pictures before your eyes and then the whole test set.
//
//     fashion_mnist [FOLDER]     FOLDER holds t10k-*-ubyte.gz; default: where Debian's dataset-fashion-mnist puts them
#include <algorithm>
#include <clocale>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <incuse/host/evaluation.hpp>
#include <incuse/host/run.hpp>
#include <incuse/incuse.hpp>
#include <incuse/report/plan_text.hpp>

#include <examples/arguments.hpp>
#include "fashion_net.hpp"
#include "fashion_parameters.hpp"
#include "fashion_pictures.hpp"
#include "picture_set.hpp"

namespace {

using namespace fashion;
using report::fixed;
using report::grouped;
using report::padded_left;
using report::padded_right;

// The chip: everything about it is computed while this file is compiled.
using Chip = Deployment<FashionNet, max78000, fashion_parameters>;
static_assert(require_fits<FashionNet, max78000>::value);
static_assert(Chip::report.weight_bytes == 71'148);

constexpr int last_layer = Chip::graph.size - 1;

using Network = host::Executor<Chip::graph.capacity>;

// The terminal --------------------------------------------------------------------------------------------------------

struct Screen {
  bool terminal = isatty(STDOUT_FILENO) != 0;
  bool colour = false;
  bool blocks = false;  ///< half blocks can be drawn
  int columns = 100;

  Screen() {
    std::setlocale(LC_CTYPE, "");
    const char* kind = std::getenv("TERM");
    const char* no_colour = std::getenv("NO_COLOR");
    colour = terminal && kind != nullptr && std::strcmp(kind, "dumb") != 0 && (no_colour == nullptr || *no_colour == 0);
    blocks = colour && std::strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    winsize size{};
    if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) columns = size.ws_col;
  }

  std::string styled(const char* style, const std::string& text) const {
    return colour ? std::string("\033[") + style + 'm' + text + "\033[0m" : text;
  }
  std::string heading(const std::string& text) const { return styled("1", text); }
};

/// The plan, with the lines that are headings set off.
void print_plan(const Screen& screen) {
  std::istringstream text(report::plan_text("FashionNet", Chip::graph, Chip::plan, max78000));
  for (std::string line; std::getline(text, line);) {
    const bool heading = !line.empty() && line[0] != ' ';
    std::puts((heading ? screen.heading(line) : line).c_str());
  }
  std::puts("");
}

// Pictures ------------------------------------------------------------------------------------------------------------

/// One line of a picture: two rows of pixels, as half blocks in 24 greys or as characters of growing darkness.
std::string picture_line(const Screen& screen, const unsigned char* picture, int line) {
  const unsigned char* upper = picture + 2 * line * side;
  const unsigned char* lower = upper + side;
  std::string text;
  for (int x = 0; x < side; ++x) {
    if (screen.blocks) {
      const auto grey = [](int value) { return std::to_string(232 + value * 24 / 256); };
      text += "\033[38;5;" + grey(upper[x]) + ";48;5;" + grey(lower[x]) + "m\u2580";
    } else {
      const char shades[] = " .:-=+*#%@";
      text += shades[(upper[x] + lower[x]) * 10 / 512];
    }
  }
  return screen.blocks ? text + "\033[0m" : text;
}

void set_picture(Network& network, const unsigned char* picture, int lane) {
  int values[pixels];
  for (int i = 0; i < pixels; ++i) values[i] = network_value(picture[i]);
  network.set_input(values, lane);
}

int likeliest(const Network& network, int lane) {
  int best = 0;
  for (int i = 1; i < classes; ++i)
    if (network.output(last_layer, i, lane) > network.output(last_layer, best, lane)) best = i;
  return best;
}

struct Guess {
  int label = 0;
  double percent = 0;
};

/// The classes, likeliest first, with the softmax of the training.
std::vector<Guess> guesses(const Network& network, int lane) {
  std::vector<Guess> list;
  const int best = network.output(last_layer, likeliest(network, lane), lane);
  double sum = 0;
  for (int i = 0; i < classes; ++i) {
    list.push_back({i, std::exp(logit_unit * (network.output(last_layer, i, lane) - best))});
    sum += list.back().percent;
  }
  for (Guess& guess : list) guess.percent *= 100 / sum;
  std::sort(list.begin(), list.end(), [](const Guess& a, const Guess& b) { return a.percent > b.percent; });
  return list;
}

/// "Ankle boot   99.2 % ######", as wide as a picture.
std::string guess_line(const Screen& screen, const Guess& guess, int label) {
  const auto filled = static_cast<std::size_t>(guess.percent * 8 / 100 + 0.5);
  const std::string text = padded_right(class_names[guess.label], 11) + padded_left(fixed(guess.percent, 1), 5) +
                           " % " + padded_right(std::string(filled, '#'), 9);
  return guess.label == label ? screen.styled("32", text) : text;
}

/// Draws pictures side by side, with what the network takes them for.
void show_pictures(const Screen& screen) {
  const int gap = 3;
  const int embedded = static_cast<int>(std::size(test_pictures));
  const int in_a_row = std::clamp((screen.columns - 2 + gap) / (side + gap), 1, 5);
  const int shown = std::min(embedded, 2 * in_a_row);
  Network network(Chip::graph, Chip::parameters, Chip::options, embedded);
  for (int i = 0; i < shown; ++i) set_picture(network, test_pictures[i].pixels, i);
  network.run();

  std::printf("%s\n", screen.heading("Test pictures and the three likeliest classes").c_str());
  for (int first = 0; first < shown; first += in_a_row) {
    const int last = std::min(shown, first + in_a_row);
    const auto print_line = [&](auto&& text_of) {
      std::string line;
      for (int i = first; i < last; ++i) line += std::string(i == first ? 2 : gap, ' ') + text_of(i);
      if (!screen.colour) line.erase(line.find_last_not_of(' ') + 1);
      std::puts(line.c_str());
    };
    std::puts("");
    for (int y = 0; y < side / 2; ++y)
      print_line([&](int i) { return picture_line(screen, test_pictures[i].pixels, y); });
    print_line([&](int i) {
      return screen.heading(padded_right(std::string("This is: ") + class_names[test_pictures[i].label], side));
    });
    for (std::size_t rank = 0; rank < 3; ++rank)
      print_line([&](int i) { return guess_line(screen, guesses(network, i)[rank], test_pictures[i].label); });
  }
  std::puts("");
}

// The test set --------------------------------------------------------------------------------------------------------

/// The pictures as a data set that an evaluation runs.
struct TestSet {
  const PictureSet& set;

  int size() const { return set.size(); }
  int label(int i) const { return set.label(i); }
  template <class Executor>
  void set_input(Executor& executor, int i) const {
    signed char values[pixels];
    set.copy_to(values, i);
    executor.set_input(values);
  }
};

/// "[########........]  4,352 of 10,000": redrawn in place on a terminal, else a line at every fifth.
class Progress {
 public:
  Progress(const Screen& screen, std::size_t total) : screen_(screen), total_(total) {}

  void show(std::size_t done) {
    const std::size_t fifth = done * 5 / total_;
    if (!screen_.terminal && fifth == shown_) return;
    shown_ = fifth;
    const std::size_t width = 40, filled = done * width / total_;
    std::printf("%s  [%s%s] %s of %s%s", screen_.terminal ? "\r" : "", std::string(filled, '#').c_str(),
                std::string(width - filled, '.').c_str(), padded_left(grouped(static_cast<long long>(done)), 6).c_str(),
                grouped(static_cast<long long>(total_)).c_str(), screen_.terminal ? "" : "\n");
    std::fflush(stdout);
  }
  void finish() const {
    if (screen_.terminal) std::puts("");
  }

 private:
  const Screen& screen_;
  std::size_t total_;
  std::size_t shown_ = 0;
};

host::Evaluation classify_all(const Screen& screen, const TestSet& test_set) {
  const host::fast::PackedNetwork packed(Chip::graph, Chip::parameters, Chip::options);
  const unsigned threads = std::max(1u, std::thread::hardware_concurrency());
  std::printf("%s\n",
              screen
                  .heading("Classifying " + grouped(test_set.size()) + " test pictures on " + std::to_string(threads) +
                           (threads == 1 ? " core (" : " cores (") + host::fast::name_of(packed.level()) + ")")
                  .c_str());
  Progress progress(screen, static_cast<std::size_t>(test_set.size()));
  const host::Evaluation evaluation =
      host::evaluate(packed, test_set, [&](int done, int) { progress.show(static_cast<std::size_t>(done)); });
  progress.finish();
  std::printf("  %s s here, %s ms a picture; the chip takes %s ms\n\n", fixed(evaluation.seconds, 2).c_str(),
              fixed(1000 * evaluation.seconds / test_set.size(), 3).c_str(),
              fixed(static_cast<double>(Chip::report.cycles) / 50'000, 2).c_str());
  return evaluation;
}

void print_confusion(const Screen& screen, const host::Evaluation& evaluation) {
  const int total = evaluation.total(), correct = evaluation.correct();
  std::printf("%s\n\n", screen
                            .heading("Accuracy " + fixed(100.0 * correct / total, 2) + " %: " + grouped(correct) +
                                     " of " + grouped(total) + " pictures, " + fixed(100 * evaluation.top(2), 2) +
                                     " % among the likeliest two")
                            .c_str());
  std::string heading = "  " + padded_right("taken for", 11);
  for (const char* name : class_names) {
    const char* word = std::strrchr(name, ' ');  // "boot" says more than "Ankl"
    heading += padded_left(std::string(word == nullptr ? name : word + 1).substr(0, 4), 6);
  }
  std::printf("%s   right\n", heading.c_str());
  for (int label = 0; label < classes; ++label) {
    int sum = 0;
    for (int guess = 0; guess < classes; ++guess) sum += evaluation.count(label, guess);
    std::string line = "  " + padded_right(class_names[label], 11);
    for (int guess = 0; guess < classes; ++guess) {
      const int count = evaluation.count(label, guess);
      const std::string cell = padded_left(count > 0 ? std::to_string(count) : ".", 6);
      const bool frequent = 50 * count > sum;  // more than 2 % of the class
      line += screen.styled(guess == label ? "1;32" : frequent ? "33" : "2", cell);
    }
    std::printf("%s %s %%\n", line.c_str(),
                padded_left(sum > 0 ? fixed(100 * evaluation.recall(label), 1) : "-", 7).c_str());
  }
}

int run(const std::string& folder, bool folder_given) {
  const Screen screen;
  print_plan(screen);
  show_pictures(screen);

  const std::string pictures_path = folder + "/t10k-images-idx3-ubyte.gz";
  if (!folder_given && access(pictures_path.c_str(), F_OK) != 0) {
    std::printf(
        "There is no %s:\nthe whole test set can be classified once the Debian package dataset-fashion-mnist is "
        "installed, or with its folder as argument.\n",
        pictures_path.c_str());
    return 0;
  }
  const PictureSet pictures = read_pictures(pictures_path, folder + "/t10k-labels-idx1-ubyte.gz");
  if (!pictures.ok()) {
    std::fflush(stdout);
    std::fprintf(stderr, "fashion_mnist: %s\n", pictures.error.c_str());
    return 2;
  }
  print_confusion(screen, classify_all(screen, {pictures}));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  examples::expect_arguments(argc, argv, 1,
                             "fashion_mnist [FOLDER]\n"
                             "FOLDER holds t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz");
  return run(argc == 2 ? argv[1] : "/usr/share/datasets/fashion-mnist", argc == 2);
}
