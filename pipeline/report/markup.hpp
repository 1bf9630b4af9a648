#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// A tiny writer of HTML and SVG. Only Html is ever put into a page, and text becomes Html through escape() or prose(),
// so nothing reaches a page unescaped.
namespace unetsr::pipeline::report {

struct Html {
  std::string text;

  Html& operator+=(const Html& other) {
    text += other.text;
    return *this;
  }
  friend Html operator+(Html a, const Html& b) { return a += b; }
  bool empty() const { return text.empty(); }
};

using Attributes = std::vector<std::pair<std::string_view, std::string>>;

Html escape(std::string_view text);
// Escaped text in which `words` between backticks become code.
Html prose(std::string_view text);

// <name attributes>content</name>; without content <name attributes/>, which HTML reads rightly for void elements and
// inside SVG alone.
Html element(std::string_view name, const Attributes& attributes, const Html& content);
Html element(std::string_view name, const Attributes& attributes);
Html paragraph(std::string_view text);

// JSON for a script to read; nothing in it ends the element.
Html json_script(std::string json);

// A length or coordinate of SVG: at most one decimal.
std::string px(double value);

}  // namespace unetsr::pipeline::report
