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
  // `what` names the job ("train unet"), `total` is its number of steps. The Output outlives the Progress.
  Progress(const Output&, std::string what, long total);
  // Leaves the last state on the screen; says nothing of a job that ends early.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `done` steps are finished; `note` is a short figure to show beside the bar ("loss 0.021"). The time left follows
  // from the pace since the first call, so that a job that goes on from its middle first calls update(steps before).
  void update(long done, const std::string& note = "");

 private:
  using Clock = std::chrono::steady_clock;

  std::string text() const;
  void draw_bar();
  void print_line();

  const Output& output_;
  std::string what_, note_;
  long total_, done_ = 0, first_done_ = -1;
  Clock::time_point start_, first_update_, last_print_;
  bool printed_ = false, completed_ = false;
};

double seconds_since(std::chrono::steady_clock::time_point start);

// 45 s, 3:07 min, 1:02:03 h
std::string format_duration(double seconds);

}  // namespace unetsr::pipeline
