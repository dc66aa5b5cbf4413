#include "output_files.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "request.hpp"

namespace cli {

namespace {

using Facts = struct stat;

[[noreturn]] void fail(const std::string& path, const std::string& what, int error = 0) {
  throw UsageError(path + ": " + what + (error != 0 ? std::string(": ") + std::strerror(error) : ""));
}

std::optional<Facts> facts_of(const std::string& path) {
  Facts facts{};
  if (stat(path.c_str(), &facts) != 0) return std::nullopt;
  return facts;
}

bool same_file(const Facts& a, const Facts& b) { return a.st_dev == b.st_dev && a.st_ino == b.st_ino; }

/// Whether a file is one of the inputs. Devices and FIFOs keep nothing that could be lost.
bool is_input(const Facts& facts, const std::vector<std::string>& inputs) {
  if (!S_ISREG(facts.st_mode) && !S_ISBLK(facts.st_mode)) return false;
  for (const std::string& input : inputs)
    if (const auto own = facts_of(input); own && same_file(*own, facts)) return true;
  return false;
}

/// The standard stream that a file is; nullptr if it is none.
std::FILE* stream_of(const Facts& facts) {
  for (std::FILE* stream : {stdout, stderr}) {
    Facts own{};
    if (fstat(fileno(stream), &own) == 0 && same_file(own, facts)) return stream;
  }
  return nullptr;
}

/// A descriptor that is closed in the end.
class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : number_(open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool is_open() const { return number_ >= 0; }
  int number() const { return number_; }
  /// Writes all of a text; 0 or the error's number.
  int write_all(const std::string& text) const {
    for (std::size_t done = 0; done < text.size();) {
      const ssize_t count = ::write(number_, text.data() + done, text.size() - done);
      if (count < 0 && errno != EINTR) return errno;
      if (count > 0) done += static_cast<std::size_t>(count);
    }
    return 0;
  }
  /// Some file systems say only now that there is no room.
  int finish() {
    const int result = close(number_);
    number_ = -1;
    return result != 0 ? errno : 0;
  }

 private:
  int number_;
};

/// While it lives, no signal ends the program: temporary files are gone before one does.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before_);
  }
  ~BlockedSignals() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t before_{};
};

/// A file that is being written.
class Writer {
 public:
  Writer(const OutputFile& file, const std::vector<std::string>& inputs) : file_(file) {
    if (file.path.empty()) fail("''", "is no name of a file");
    old_ = facts_of(file.path);
    if (!old_ && errno != ENOENT) fail(file.path, "cannot be written", errno);
    if (!old_) return;
    if (S_ISDIR(old_->st_mode)) fail(file.path, "is a folder, not a file");
    if (is_input(*old_, inputs)) fail(file.path, "is read as well: it would be lost; choose another name");
    if (regular() && !Descriptor(file.path, O_WRONLY).is_open()) fail(file.path, "cannot be written", errno);
  }
  Writer(Writer&& other) noexcept : file_(other.file_), old_(other.old_), temporary_(std::move(other.temporary_)) {
    other.temporary_.clear();
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() { discard(); }

  /// Removes the temporary file.
  void discard() {
    if (!temporary_.empty()) unlink(temporary_.c_str());
    temporary_.clear();
  }

  /// Whether there is, or will be, a file that keeps what is written.
  bool regular() const { return !old_ || (S_ISREG(old_->st_mode) && stream_of(*old_) == nullptr); }

  /// Writes a temporary file beside the target, if that is to be replaced.
  void write_beside() {
    target_ = followed(file_.path);
    if (old_ && (old_->st_nlink != 1 || !leads_to_old())) return;
    const std::filesystem::path folder = std::filesystem::path(target_).parent_path();
    for (int i = 0; i < most_temporaries; ++i) {
      const std::string name = (folder / (".incuse-" + std::to_string(getpid()) + "-" + std::to_string(i))).string();
      Descriptor out(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);
      if (!out.is_open() && errno == EEXIST) continue;
      if (out.is_open()) return fill(out, name);
      break;
    }
    if (!old_) fail(file_.path, "cannot be written", errno);
  }

  /// Puts the temporary file into its place, or writes in place.
  void finish() {
    if (!temporary_.empty() && std::rename(temporary_.c_str(), target_.c_str()) == 0) return temporary_.clear();
    if (!old_) fail(file_.path, "cannot be written", errno);
    write_in_place();
  }

  /// Writes the text to a path that is no regular file: a device, a FIFO or standard output.
  void pass() const {
    if (std::FILE* stream = stream_of(*old_)) {
      std::fwrite(file_.text.data(), 1, file_.text.size(), stream);
      return;
    }
    Descriptor out(file_.path, O_WRONLY | O_NOCTTY);
    int error = out.is_open() ? out.write_all(file_.text) : errno;
    if (error == 0) error = out.finish();
    if (error != 0) fail(file_.path, "cannot be written", error);
  }

 private:
  static constexpr int most_temporaries = 100, most_links = 40;

  /// Where the links lead, although there may be nothing yet.
  static std::string followed(std::filesystem::path path) {
    std::error_code failure;
    for (int i = 0; i < most_links && std::filesystem::is_symlink(path, failure); ++i)
      path = path.parent_path() / std::filesystem::read_symlink(path, failure);
    return path.string();
  }

  bool leads_to_old() const {
    const auto own = facts_of(target_);
    return own && same_file(*own, *old_);
  }

  void fill(Descriptor& out, const std::string& name) {
    temporary_ = name;
    int error = out.write_all(file_.text);
    Facts own{};
    if (error == 0 && fstat(out.number(), &own) != 0) error = errno;
    const bool other_owner = old_ && (own.st_uid != old_->st_uid || own.st_gid != old_->st_gid);
    if (error == 0 && old_ && !other_owner && fchmod(out.number(), old_->st_mode & 07777) != 0) error = errno;
    if (error == 0) error = out.finish();
    if (error != 0) fail(file_.path, "cannot be written", error);
    if (other_owner) discard();
  }

  /// Room is asked for before the first byte is overwritten.
  void write_in_place() const {
    Descriptor out(file_.path, O_WRONLY);
    if (!out.is_open()) fail(file_.path, "cannot be written", errno);
    const auto size = static_cast<off_t>(file_.text.size());
    int error = size > 0 ? posix_fallocate(out.number(), 0, size) : 0;
    if (error == ENOSPC || error == EFBIG || error == EDQUOT) {
      if (ftruncate(out.number(), old_->st_size) != 0) error = errno;
      fail(file_.path, "cannot be written", error);
    }
    error = out.write_all(file_.text);
    if (error == 0 && ftruncate(out.number(), size) != 0) error = errno;
    if (error == 0) error = out.finish();
    if (error != 0) fail(file_.path, "cannot be written", error);
  }

  const OutputFile& file_;
  std::optional<Facts> old_{};
  std::string target_{};     ///< where the links lead
  std::string temporary_{};  ///< empty: there is none
};

/// All temporary files first, so that what has no room leaves everything as it was.
void write_regular(std::vector<Writer>& writers) {
  const BlockedSignals blocked;
  const struct Discard {
    ~Discard() {
      for (Writer& writer : all) writer.discard();
    }
    std::vector<Writer>& all;
  } discard{writers};
  for (Writer& writer : writers)
    if (writer.regular()) writer.write_beside();
  for (Writer& writer : writers)
    if (writer.regular()) writer.finish();
}

}  // namespace

namespace {

/// Whether two names are of one file: there is one, or there will be. A device or a FIFO takes several.
bool are_one_file(const std::string& a, const std::string& b) {
  const auto first = facts_of(a), second = facts_of(b);
  if (first && second) return S_ISREG(first->st_mode) && same_file(*first, *second);
  std::error_code none;  // what is not there yet is told apart by its name
  const auto place = [&](const std::string& path) {
    return std::filesystem::weakly_canonical(std::filesystem::absolute(path, none), none);
  };
  return !first && !second && place(a) == place(b);
}

}  // namespace

void write_files(const std::vector<OutputFile>& files, const std::vector<std::string>& inputs) {
  for (std::size_t i = 0; i < files.size(); ++i)
    for (std::size_t other = 0; other < i; ++other)
      if (are_one_file(files[i].path, files[other].path)) fail(files[i].path, "two results would be written there");
  std::vector<Writer> writers;
  for (const OutputFile& file : files) writers.emplace_back(file, inputs);
  // Devices and FIFOs come first: if one refuses the text, or a FIFO waits for its reader, no file has been written
  // yet.
  for (const Writer& writer : writers)
    if (!writer.regular()) writer.pass();
  write_regular(writers);
}

void refuse_as_standard_output(const std::vector<std::string>& inputs) {
  Facts own{};
  if (fstat(STDOUT_FILENO, &own) == 0 && is_input(own, inputs))
    throw UsageError("standard output is a file that is read as well: it would be lost; choose another one");
}

void prepare_standard_streams() {
  for (int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(number, F_GETFD) != -1 || errno != EBADF) continue;
    // open() takes the lowest free number, which is this one. Standard input is opened for writing, the outputs for
    // reading, so that any use of them fails.
    if (open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY) != number) std::_Exit(2);
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

StandardOutput finish_standard_output() {
  errno = 0;
  const bool failed = std::ferror(stdout) != 0;
  if (std::fflush(stdout) == 0 && !failed) {
    // Some file systems say only now that there is no room. Others may hold the file open: a copy is closed.
    const int copy = dup(STDOUT_FILENO);
    if (copy < 0 || close(copy) == 0) return {};
  }
  const int error = errno;
  pollfd reader{STDOUT_FILENO, POLLOUT, 0};
  if (error == EPIPE || (poll(&reader, 1, 0) == 1 && (reader.revents & POLLERR) != 0)) return {false, {}};
  return {false, std::string("standard output cannot be written") +
                     (error != 0 ? std::string(": ") + std::strerror(error) : "")};
}

}  // namespace cli
