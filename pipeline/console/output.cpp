#include "pipeline/console/output.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <mutex>
#include <sstream>

#include "pipeline/console/log_file.hpp"
#include "pipeline/processes/processes.hpp"

namespace unetsr::pipeline {
namespace {

constexpr size_t plain_width = 80;

const char* const wipe = "\r\x1b[K";

// Bars are redrawn by threads of their own.
std::mutex& printing() {
  static std::mutex only;
  return only;
}

void write_out(const std::string& text) {
  const std::lock_guard lock(printing());
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

void log(const std::string& text) {
  if (!write_to_log(text)) write_out("warning: --log: the file cannot be written any more; it ends here\n");
}

size_t terminal_columns() {
  winsize size = {};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : plain_width;
}

// Lines longer than `width` go on in the next, at blanks, with two more blanks before them.
std::string wrapped(const std::string& text, size_t width) {
  std::istringstream lines(text);
  std::string all;
  for (std::string line; std::getline(lines, line);) {
    const size_t own = line.find_first_not_of(' ');
    const std::string indent(own == std::string::npos ? 2 : own + 2, ' ');
    while (line.size() > width) {
      const size_t blank = line.rfind(' ', width);
      if (blank == std::string::npos || blank < indent.size()) break;
      all += line.substr(0, blank) + "\n";
      line = indent + line.substr(blank + 1);
    }
    all += line + "\n";
  }
  if (!text.ends_with('\n') && !all.empty()) all.pop_back();
  return all;
}

}  // namespace

Output Output::for_standard_error(bool quiet, bool verbose) {
  return Output(quiet || rank_in_program() > 0 ? Mode::quiet
                : isatty(STDERR_FILENO)        ? Mode::terminal
                                               : Mode::lines,
                verbose);
}

void Output::print(const std::string& text) const {
  write_out((mode_ == Mode::terminal ? wipe : "") + text + "\n");
}

void Output::line(const std::string& text) const {
  log(text);
  if (mode_ != Mode::quiet) print(mode_ == Mode::terminal ? wrapped(text, width()) : text);
}

void Output::detail(const std::string& text) const {
  if (verbose_) line(text);
}

void Output::warning(const std::string& text) const {
  if (rank_in_program() > 0) {
    // The first process prints what all of them find.
    if (processes().size() == 1) write_out("warning: " + of_process() + text + "\n");
    return;
  }
  log("warning: " + text);
  print("warning: " + text);
}

void Output::error(const std::string& text) {
  log(text);
  write_out((isatty(STDERR_FILENO) ? wipe : "") + text + "\n");
}

std::string Output::of_process() {
  return rank_in_program() > 0 ? "process " + std::to_string(rank_in_program()) + ": " : "";
}

void Output::next(const std::vector<std::string>& commands) const {
  if (of_a_step_) return;
  std::string text;
  for (const std::string& command : commands) text += (text.empty() ? "next: " : "\n      ") + command;
  log(text);
  if (mode_ != Mode::quiet) print(text);  // in one piece, to be copied
}

Output Output::of_a_step() const {
  Output output = *this;
  output.of_a_step_ = true;
  return output;
}

void Output::row(const std::string& text) const {
  if (mode_ == Mode::terminal) write_out(wipe + text.substr(0, terminal_columns() - 1));
}

void Output::clear_row() const {
  if (mode_ == Mode::terminal) write_out(wipe);
}

size_t Output::width() const {
  return mode_ == Mode::terminal ? std::max(plain_width, terminal_columns()) : plain_width;
}

}  // namespace unetsr::pipeline
