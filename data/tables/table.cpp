#include "data/tables/table.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <fstream>
#include <limits>
#include <memory>
#include <sstream>
#include <string_view>

#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::data {
namespace {

std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in || std::filesystem::is_directory(file)) throw Error(file.string() + ": cannot be opened as a table");
  std::ostringstream text;
  text << in.rdbuf();
  if (in.bad()) throw Error(file.string() + ": cannot be read");
  return std::move(text).str();
}

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && std::isspace(static_cast<unsigned char>(s.front()))) s.remove_prefix(1);
  while (!s.empty() && std::isspace(static_cast<unsigned char>(s.back()))) s.remove_suffix(1);
  return s;
}

std::string lower(std::string_view s) {
  std::string result(s);
  for (char& c : result) c = char(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

std::string in_marks(std::string_view field) {
  return "'" + excerpt(field, 40) + "'";
}

// The fields of one record after the other (RFC 4180).
class Records {
 public:
  Records(std::string_view text, std::string file) : text_(text), file_(std::move(file)) {
    if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);
  }

  // False at the end of the text; blank lines are passed over.
  bool next(std::vector<std::string_view>& fields) {
    while (!text_.empty()) {
      first_line_ = line_;
      fields.clear();
      unescaped_.clear();
      do fields.push_back(field());
      while (take(','));
      end_of_line();
      if (fields.size() > 1 || !trimmed(fields[0]).empty()) return true;
    }
    return false;
  }

  int64_t line() const { return first_line_; }
  std::string where() const { return file_ + ", line " + std::to_string(first_line_); }

 private:
  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  void end_of_line() {
    take('\r');
    if (take('\n')) ++line_;
  }

  std::string_view field() {
    if (take('"')) return quoted_field();
    const std::string_view result = text_.substr(0, text_.find_first_of(",\r\n"));
    text_.remove_prefix(result.size());
    return result;
  }

  std::string_view quoted_field() {
    const std::string_view start = text_;
    size_t end = 0;
    bool has_quotes = false;
    for (;; ++end) {
      end = text_.find('"', end);
      if (end == std::string_view::npos) throw Error(where() + ": a quote is never closed");
      if (end + 1 >= text_.size() || text_[end + 1] != '"') break;
      has_quotes = true;
      ++end;
    }
    text_.remove_prefix(end + 1);
    std::string_view result = start.substr(0, end);
    line_ += std::count(result.begin(), result.end(), '\n');
    if (!text_.empty() && text_.find_first_of(",\r\n") != 0)
      throw Error(where() + ": text after a closing quote: " + in_marks(text_.substr(0, text_.find_first_of(",\r\n"))));
    return has_quotes ? unescaped(result) : result;
  }

  std::string_view unescaped(std::string_view field) {
    auto& result = *unescaped_.emplace_back(std::make_unique<std::string>());
    for (size_t i = 0; i < field.size(); ++i) {
      result += field[i];
      if (field[i] == '"') ++i;
    }
    return result;
  }

  std::string_view text_;
  std::string file_;
  int64_t line_ = 1, first_line_ = 1;
  std::vector<std::unique_ptr<std::string>> unescaped_;
};

size_t find_column(const std::vector<std::string_view>& header, const TableColumn& wanted, const std::string& where) {
  for (const std::string& name : wanted.names) {
    const auto is_it = [&](std::string_view field) { return lower(trimmed(field)) == lower(name); };
    const auto found = std::find_if(header.begin(), header.end(), is_it);
    if (found == header.end()) continue;
    if (std::find_if(found + 1, header.end(), is_it) != header.end())
      throw Error(where + ": column '" + name + "' stands there twice");
    return size_t(found - header.begin());
  }
  std::vector<std::string> there;
  for (const std::string_view field : header) there.emplace_back(trimmed(field));
  throw Error(where + ": no column '" + wanted.names.front() + "' (there are: " + excerpt(list_of_names(there), 300) +
              ")");
}

double number(std::string_view field, const std::string& name, const Records& records) {
  field = trimmed(field);
  if (field.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::string_view digits = field;
  if (digits.front() == '+') digits.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || std::isinf(value))
    throw Error(records.where() + ", column '" + name + "': not a number: " + in_marks(field));
  return value;
}

}  // namespace

Table read_table(const std::filesystem::path& file, std::span<const TableColumn> wanted) {
  const std::string text = read_text(file);
  Records records(text, file.string());
  std::vector<std::string_view> header, fields;
  if (!records.next(header)) throw Error(file.string() + ": the file is empty");
  std::vector<size_t> positions;
  for (const TableColumn& column : wanted) positions.push_back(find_column(header, column, records.where()));
  std::vector<std::string> names;
  for (const size_t position : positions) names.emplace_back(trimmed(header[position]));
  const size_t width = header.size();

  Table table{file, std::vector<std::vector<double>>(wanted.size()), {}};
  while (records.next(fields)) {
    if (fields.size() != width)
      throw Error(records.where() + ": " + std::to_string(fields.size()) + " fields, but the header has " +
                  std::to_string(width));
    for (size_t i = 0; i < positions.size(); ++i)
      table.columns[i].push_back(number(fields[positions[i]], names[i], records));
    table.lines.push_back(records.line());
  }
  if (table.lines.empty()) throw Error(file.string() + ": no rows below the header");
  return table;
}

}  // namespace unetsr::data
