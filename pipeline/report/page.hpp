#pragma once
#include <span>
#include <string>
#include <vector>

#include "pipeline/report/markup.hpp"

// The parts of a page: sections, tables, figures, notes. The page stands alone: style, script and pictures are in it.
namespace unetsr::pipeline::report {

class Page {
 public:
  Page(std::string title, std::string subtitle) : title_(std::move(title)), subtitle_(std::move(subtitle)) {}
  // Between the title and the table of contents; `first`: a section there, whose heading is read but not seen.
  void lead(const Html& html) { lead_ += html; }
  void first(const std::string& id, const std::string& heading, const Html& content);
  void section(const std::string& id, const std::string& heading, const Html& content);
  std::string text() const;

 private:
  std::string title_, subtitle_;
  Html lead_, contents_, sections_;
};

// Marks figures of the paper's protocol, whose scores are not skill.
Html leaky_badge();

Html figure(const Html& content, const std::string& caption, bool leaky = false);
// Content that a click on `summary` shows.
Html folded(const std::string& summary, const Html& content);
// In the place of a figure or table that was not made.
Html not_available(const std::string& what);
Html subheading(const std::string& text);
Html note(const std::string& text);
Html warning(const std::string& text);

struct KeyFigure {
  std::string label, value, explanation;
  bool leaky = false;
};
Html key_figures(std::span<const KeyFigure>);

// Panels in columns, as many a row as fit.
Html panels(const Html& content);

}  // namespace unetsr::pipeline::report
