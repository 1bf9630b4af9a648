#pragma once
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "thrown.hpp"

// What every page of a report has to be.
namespace unetsr::test {

inline size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

// The first tag that is not closed where it should be; empty for a well-formed page.
inline std::string first_wrong_tag(const std::string& page) {
  std::vector<std::string> open;
  for (size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at)) {
    const size_t end = page.find('>', at);
    if (end == std::string::npos) return page.substr(at, 40);
    const std::string tag = page.substr(at + 1, end - at - 1);
    at = end;
    if (tag.starts_with('!') || tag.ends_with('/')) continue;
    if (!tag.starts_with('/')) {
      open.push_back(tag.substr(0, tag.find(' ')));
    } else {
      if (open.empty() || open.back() != tag.substr(1)) return tag;
      open.pop_back();
    }
  }
  return open.empty() ? "" : open.back();
}

// The cells of the first row of a table that starts with `name`, after `start`; without their tags.
inline std::string row(const std::string& page, const std::string& start, const std::string& name) {
  const size_t table = page.find(start), at = page.find("<th class=\"words\" scope=\"row\">" + name + "<", table);
  if (table == std::string::npos || at == std::string::npos) return "not there";
  std::string text;
  for (size_t i = at, end = page.find("</tr>", at); i < end; ++i) {
    if (page[i] != '<') {
      text += page[i];
      continue;
    }
    if (page.compare(i, 5, "</td>") == 0 || page.compare(i, 5, "</th>") == 0) text += "|";
    i = page.find('>', i);
  }
  return text;
}

// Without what stands inside scripts: Leaflet names its home and the namespace of SVG.
inline std::string without_scripts(const std::string& page) {
  std::string text;
  size_t at = 0;
  for (size_t script = page.find("<script"); script != std::string::npos; script = page.find("<script", at)) {
    const size_t content = page.find('>', script) + 1;
    text += page.substr(at, content - at);
    at = page.find("</script>", content);
  }
  return text + page.substr(at);
}

inline void check_stands_alone(const std::string& whole_page) {
  const std::string page = without_scripts(whole_page);
  CHECK(page.starts_with("<!doctype html>"));
  CHECK(first_wrong_tag(page) == "");
  CHECK(whole_page.size() < 15'000'000);
  CHECK(contains(page, "default-src &#39;none&#39;; img-src data:;"));
  CHECK_FALSE(contains(whole_page, "sourceMappingURL"));
  for (const char* outside : {"http:", "https:", "@import", "<link", "<iframe", "<object"}) {
    CAPTURE(outside);
    CHECK_FALSE(contains(page, outside));
  }
  for (const char* attribute : {"src=\"", "href=\""})
    for (size_t at = page.find(attribute); at != std::string::npos; at = page.find(attribute, at + 1)) {
      const std::string target = page.substr(at + std::string(attribute).size(), 22);
      CAPTURE(target);
      CHECK((target.starts_with("data:image/png;base64,") || target.starts_with("#")));
    }
  for (const char* number : {">nan<", ">inf<", "\"nan\"", "\"inf\"", "nan ", "-nan"})
    CHECK_FALSE(contains(page, number));
  CHECK(contains(page, "name=\"viewport\""));
  CHECK(contains(page, "prefers-color-scheme:dark"));
}

}  // namespace unetsr::test
