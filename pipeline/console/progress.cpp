#include "pipeline/console/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "pipeline/console/peak_memory.hpp"

namespace unetsr::pipeline {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds between_bars(100), between_rows(250);
constexpr std::chrono::seconds between_lines(10), before_first_row(2);
constexpr int bar_cells = 24;

double seconds(Clock::duration d) {
  return std::chrono::duration<double>(d).count();
}

std::string bar(double share) {
  const int full = int(std::clamp(share, 0.0, 1.0) * bar_cells);
  return "[" + std::string(size_t(full), '#') + std::string(size_t(bar_cells - full), '.') + "]";
}

}  // namespace

Progress::Progress(const Output& output, std::string what, long total)
    : output_(output), what_(std::move(what)), total_(total), start_(Clock::now()), last_print_(start_) {}

Progress::~Progress() {
  if (output_.mode() != Output::Mode::terminal || !printed_) return;
  output_.clear_row();
  if (completed_) output_.line(what_ + " " + text());
}

void Progress::update(long done, const std::string& note) {
  const Clock::time_point now = Clock::now();
  if (first_done_ < 0) first_done_ = done, first_update_ = now;
  done_ = done, note_ = note;
  const bool completes = done_ >= total_ && !completed_;
  completed_ = completed_ || completes;
  if (output_.mode() == Output::Mode::terminal) {
    if (completes || !printed_ || now - last_print_ >= between_bars) draw_bar();
  } else if (completes || now - last_print_ >= between_lines) {
    print_line();
  }
}

std::string Progress::text() const {
  std::string text = fmt::format("{}/{}", done_, total_);
  if (!note_.empty()) text += "  " + note_;
  const Clock::time_point now = Clock::now();
  if (completed_) {
    text += "  in " + format_duration(seconds(now - start_));
  } else if (done_ > first_done_) {
    text += "  " +
            format_duration(seconds(now - first_update_) * double(total_ - done_) / double(done_ - first_done_)) +
            " left";
  }
  return text;
}

void Progress::draw_bar() {
  const double share = total_ > 0 ? double(done_) / double(total_) : 1;
  output_.row(what_ + " " + bar(share) + " " + text());
  printed_ = true, last_print_ = Clock::now();
}

void Progress::print_line() {
  output_.line(what_ + " " + text());
  printed_ = true, last_print_ = Clock::now();
}

struct Stage::State {
  State(const Output& to, std::string named, Lines as) : output(to), what(std::move(named)), lines(as) {}

  const Output& output;
  const std::string what;
  const Lines lines;
  const Clock::time_point start = Clock::now();
  Clock::time_point last_line = start;
  std::mutex mutex;  // of what follows
  std::condition_variable ended;
  bool over = false, drawn = false;
  double share = 0, first_share = -1;
  Clock::time_point first_reached;
  std::string note;
  std::thread drawing;

  std::string left() const {
    const Clock::time_point now = Clock::now();
    if (share <= first_share || share <= 0) return format_duration(seconds(now - start)) + " so far";
    return format_duration(seconds(now - first_reached) * (1 - share) / (share - first_share)) + " left";
  }

  std::string row() const {
    return what + " " + (share > 0 ? bar(share) + fmt::format(" {:.0f} %  ", 100 * share) : "") +
           (note.empty() ? "" : note + "  ") + left();
  }

  void draw() {
    std::unique_lock lock(mutex);
    if (ended.wait_for(lock, before_first_row, [&] { return over; })) return;
    do {
      output.row(row());
      drawn = true;
    } while (!ended.wait_for(lock, between_rows, [&] { return over; }));
  }
};

Stage::Stage(const Output& output, std::string what, Lines lines)
    : state_(std::make_unique<State>(output, std::move(what), lines)) {
  if (output.mode() == Output::Mode::terminal) state_->drawing = std::thread([s = state_.get()] { s->draw(); });
}

Stage::~Stage() {
  State& s = *state_;
  {
    const std::lock_guard lock(s.mutex);
    s.over = true;
  }
  s.ended.notify_all();
  if (s.drawing.joinable()) s.drawing.join();
  if (s.drawn) s.output.clear_row();
  if (std::uncaught_exceptions() == 0)
    s.output.detail(fmt::format("{}: {:.1f} s; memory at most {:.0f} MiB so far", s.what, seconds_since(s.start),
                                peak_memory_mib()));
}

void Stage::reached(double share, const std::string& note) {
  State& s = *state_;
  const std::lock_guard lock(s.mutex);
  s.share = std::clamp(std::max(share, s.share), 0.0, 1.0), s.note = note;
  if (s.first_share < 0) s.first_share = s.share, s.first_reached = Clock::now();
  if (s.lines == Lines::none || s.output.mode() == Output::Mode::terminal) return;
  if (Clock::now() - s.last_line < between_lines) return;
  s.output.line(fmt::format("{} {:.0f} %  {}", s.what, 100 * s.share, s.left()));
  s.last_line = Clock::now();
}

double seconds_since(Clock::time_point start) {
  return seconds(Clock::now() - start);
}

std::string format_duration(double seconds) {
  const long whole = std::lround(seconds);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{}:{:02} min", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02} h", whole / 3600, whole / 60 % 60, whole % 60);
}

}  // namespace unetsr::pipeline
