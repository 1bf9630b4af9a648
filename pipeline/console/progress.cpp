#include "pipeline/console/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

namespace unetsr::pipeline {
namespace {

constexpr std::chrono::milliseconds between_bars(100);
constexpr std::chrono::seconds between_lines(10);
constexpr int bar_cells = 24;

const char* const clear_row = "\r\x1b[K";  // wipes a bar

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

size_t terminal_columns() {
  winsize size = {};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

double seconds(std::chrono::steady_clock::duration d) {
  return std::chrono::duration<double>(d).count();
}

}  // namespace

Output Output::for_standard_error(bool quiet) {
  return Output(quiet ? Mode::quiet : isatty(STDERR_FILENO) ? Mode::terminal : Mode::lines);
}

void Output::line(const std::string& text) const {
  if (mode_ != Mode::quiet) print((mode_ == Mode::terminal ? clear_row : "") + text + "\n");
}

void Output::warning(const std::string& text) const {
  print((mode_ == Mode::terminal ? clear_row : "") + ("warning: " + text) + "\n");
}

Progress::Progress(const Output& output, std::string what, long total)
    : output_(output), what_(std::move(what)), total_(total), start_(Clock::now()), last_print_(start_) {}

Progress::~Progress() {
  if (output_.mode() == Output::Mode::terminal && printed_) print("\n");
}

void Progress::update(long done, const std::string& note) {
  const Clock::time_point now = Clock::now();
  if (first_done_ < 0) first_done_ = done, first_update_ = now;
  done_ = done, note_ = note;
  const bool completes = done_ >= total_ && !completed_;
  completed_ = completed_ || completes;
  if (output_.mode() == Output::Mode::terminal) {
    if (completes || !printed_ || now - last_print_ >= between_bars) draw_bar();
  } else if (output_.mode() == Output::Mode::lines) {
    if (completes || now - last_print_ >= between_lines) print_line();
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
  const double share = total_ > 0 ? std::clamp(double(done_) / double(total_), 0.0, 1.0) : 1;
  const int full = int(share * bar_cells);
  const std::string row = fmt::format("{} [{}{}] {}", what_, std::string(size_t(full), '#'),
                                      std::string(size_t(bar_cells - full), '.'), text());
  print(clear_row + row.substr(0, terminal_columns() - 1));
  printed_ = true, last_print_ = Clock::now();
}

void Progress::print_line() {
  print(what_ + " " + text() + "\n");
  printed_ = true, last_print_ = Clock::now();
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return seconds(std::chrono::steady_clock::now() - start);
}

std::string format_duration(double seconds) {
  const long whole = std::lround(seconds);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{}:{:02} min", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02} h", whole / 3600, whole / 60 % 60, whole % 60);
}

}  // namespace unetsr::pipeline
