#include "pipeline/report/markup.hpp"

#include <fmt/format.h>

namespace unetsr::pipeline::report {
namespace {

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    case '\'':
      out += "&#39;";
      break;
    default:
      out += c;
  }
}

std::string opening(std::string_view name, const Attributes& attributes) {
  std::string out = "<" + std::string(name);
  for (const auto& [key, value] : attributes) out += fmt::format(" {}=\"{}\"", key, escape(value).text);
  return out;
}

}  // namespace

Html escape(std::string_view text) {
  Html out;
  for (const char c : text) append_escaped(out.text, c);
  return out;
}

Html prose(std::string_view text) {
  Html out;
  bool code = false;
  for (const char c : text) {
    if (c == '`') {
      out.text += code ? "</code>" : "<code>";
      code = !code;
    } else {
      append_escaped(out.text, c);
    }
  }
  if (code) out.text += "</code>";
  return out;
}

Html element(std::string_view name, const Attributes& attributes, const Html& content) {
  return {fmt::format("{}>{}</{}>", opening(name, attributes), content.text, name)};
}

Html element(std::string_view name, const Attributes& attributes) {
  return {opening(name, attributes) + "/>"};
}

Html paragraph(std::string_view text) {
  return element("p", {}, prose(text));
}

Html json_script(std::string json) {
  for (size_t at = json.find('<'); at != std::string::npos; at = json.find('<', at)) json.replace(at, 1, "\\u003c");
  return element("script", {{"type", "application/json"}}, Html{std::move(json)});
}

std::string px(double value) {
  std::string text = fmt::format("{:.1f}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

}  // namespace unetsr::pipeline::report
