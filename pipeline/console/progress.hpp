#pragma once
#include <chrono>
#include <memory>
#include <string>

#include "pipeline/console/output.hpp"

// How far a wait has come.
namespace unetsr::pipeline {

// A job of counted steps. On a terminal a progress bar with the time left, redrawn in place; in a log plain lines, at
// most one every ten seconds; with -q nothing.
class Progress {
 public:
  // `what` names the job ("soundings"), `total` is its number of steps. The Output outlives the Progress.
  Progress(const Output&, std::string what, long total);
  // Leaves the end of a finished job on the screen, and nothing of one that ends early.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `done` steps are finished; `note` is a short figure to show beside the bar ("305128 used"). The time left follows
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

// A stage without steps that a user would count, such as a file being written. Where it takes more than two seconds, a
// terminal shows it with a bar or the time so far, redrawn by a thread until the stage ends; a log gets a line every
// ten seconds where the share that is done is known. With -v its end is a line: time, and the most memory held so far.
class Stage {
 public:
  enum class Lines { every_ten_seconds, none };
  // `what` names the stage ("correction by soundings"). The Output outlives the Stage.
  Stage(const Output&, std::string what, Lines = Lines::every_ten_seconds);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  // The share that is done, 0..1; a smaller one than before changes nothing. The time left follows from the pace since
  // the first call. `note`: as above.
  void reached(double share, const std::string& note = "");

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// What f() returns, as a stage of its own.
template <class Function>
auto in_stage(const Output& output, const std::string& what, const Function& f) {
  const Stage stage(output, what);
  return f();
}

double seconds_since(std::chrono::steady_clock::time_point start);

// 45 s, 3:07 min, 1:02:03 h
std::string format_duration(double seconds);

}  // namespace unetsr::pipeline
