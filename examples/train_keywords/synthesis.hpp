// Spoken words as WAV files, by espeak-ng (Debian: espeak-ng).
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace examples {

/// How a word is spoken: an accent with the sound of a speaker, "en-us+f3", words per minute, pitch from 0 to 99.
struct Speech {
  std::string voice{};
  int speed = 160;
  int pitch = 50;
};

/// Writes a WAV file. Throws std::runtime_error if that is not possible.
inline void speak(const std::string& word, const Speech& speech, const std::filesystem::path& file) {
  std::vector<std::string> words = {
      "espeak-ng", "-v",          speech.voice, "-s", std::to_string(speech.speed), "-p", std::to_string(speech.pitch),
      "-w",        file.string(), word};
  std::vector<char*> arguments;
  for (std::string& own : words) arguments.push_back(own.data());
  arguments.push_back(nullptr);
  pid_t process = 0;
  int status = -1;
  const bool started = posix_spawnp(&process, "espeak-ng", nullptr, nullptr, arguments.data(), environ) == 0;
  if (started) waitpid(process, &status, 0);
  if (!started || status != 0 || !std::filesystem::exists(file))
    throw std::runtime_error("espeak-ng does not say '" + word + "' as " + speech.voice + " (Debian: espeak-ng)");
}

/// Speaks words, and does not take two sounds that are the same: some voices of espeak-ng have but one speaker, and
/// what is tested then would have been learned.
class Speaker {
 public:
  /// <folder>/<word>/<voice>-<speed>-<pitch>.wav for every word and every way to speak it. Throws std::runtime_error.
  void speak_all(const std::vector<std::string>& words, const std::vector<Speech>& ways,
                 const std::filesystem::path& folder) {
    for (const std::string& word : words) {
      std::filesystem::create_directories(folder / word);
      for (const Speech& way : ways) {
        const std::string name = way.voice + '-' + std::to_string(way.speed) + '-' + std::to_string(way.pitch) + ".wav";
        speak(word, way, folder / word / name);
        std::ifstream file(folder / word / name, std::ios::binary);
        if (!spoken_.insert({std::istreambuf_iterator<char>(file), {}}).second)
          throw std::runtime_error("espeak-ng says '" + word + "' as " + way.voice + " just as another voice does");
      }
    }
  }

 private:
  std::set<std::string> spoken_{};
};

}  // namespace examples
