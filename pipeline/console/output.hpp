#pragma once
#include <cstddef>
#include <string>
#include <vector>

// What a command prints for its user. Everything goes to standard error, and to the file of --log (log_file.hpp), where
// -q hides nothing. Of several processes (pipeline/processes/) the first prints alone; warnings about what another one
// does for itself, and its errors, have its number.
namespace unetsr::pipeline {

class Output {
 public:
  enum class Mode { quiet, lines, terminal };

  explicit Output(Mode mode, bool verbose = false) : mode_(mode), verbose_(verbose) {}
  // Terminal or lines, as standard error is; quiet where asked.
  static Output for_standard_error(bool quiet, bool verbose = false);

  void line(const std::string& text) const;     // not with -q; wrapped to the width of a terminal
  void detail(const std::string& text) const;   // with -v alone
  void warning(const std::string& text) const;  // always
  // An error that ends the program: `text` as it is.
  static void error(const std::string& text);
  // "process 2: " of another than the first; else nothing.
  static std::string of_process();
  // The commands that go on from here, ready for a shell; the end of a summary.
  void next(const std::vector<std::string>& commands) const;
  // The same output for one step of several, without the next commands.
  Output of_a_step() const;
  // A row that the next text replaces, cut at the terminal's width; nothing in other modes.
  void row(const std::string& text) const;
  void clear_row() const;

  Mode mode() const { return mode_; }
  bool verbose() const { return verbose_; }
  // Columns for tables: 80, or a wider terminal's.
  size_t width() const;

 private:
  void print(const std::string& text) const;

  Mode mode_;
  bool verbose_, of_a_step_ = false;
};

}  // namespace unetsr::pipeline
