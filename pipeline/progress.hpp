#pragma once
#include <chrono>
#include <string>

// What a stage tells the user while it runs. On a terminal a progress bar with the time left, redrawn in place; in a
// log plain lines, at most one every ten seconds; with -q nothing but warnings. Everything goes to standard error.
namespace unetsr::pipeline {

class Output {
 public:
  enum class Mode { quiet, lines, terminal };

  explicit Output(Mode mode) : mode_(mode) {}
  // Terminal or lines, as standard error is; quiet where asked.
  static Output for_standard_error(bool quiet);

  void line(const std::string& text) const;     // not with -q
  void warning(const std::string& text) const;  // always
  Mode mode() const { return mode_; }

 private:
  Mode mode_;
};

class Progress {
 public:
  // `what` names the job ("train unet"), `total` is its number of steps.
  Progress(const Output&, std::string what, long total);
  ~Progress();
  // `done` steps are finished; `note` is a short figure to show beside the bar ("loss 0.021").
  void update(long done, const std::string& note = "");

 private:
  void print(bool final);
  const Output& output_;
  std::string what_, note_;
  long total_, done_ = 0;
  std::chrono::steady_clock::time_point start_, last_print_;
  bool printed_ = false;
};

}  // namespace unetsr::pipeline
