#include "mutator.hpp"

#include <array>
#include <cctype>

#include "kernels/random.hpp"

namespace unetsr::fuzz {
namespace {

const std::array<const char*, 22> extremes = {"0",
                                              "-1",
                                              "1",
                                              "2147483647",
                                              "-2147483648",
                                              "2147483648",
                                              "4294967297",
                                              "1e9",
                                              "1e300",
                                              "-1e300",
                                              "1e-300",
                                              "nan",
                                              "-nan",
                                              "inf",
                                              "-inf",
                                              "null",
                                              "0x7fffffff",
                                              "",
                                              "99999999999999999999",
                                              "0.5",
                                              "9223372036854775807",
                                              "1e999"};

size_t below(Random& random, size_t count) {
  return count ? random.below(uint32_t(count)) : 0;
}

bool of_number(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) || c == '.' || c == '-';
}

// A number of the text becomes an extreme one.
void replace_number(std::string& text, Random& random) {
  size_t first = below(random, text.size());
  while (first < text.size() && !of_number(text[first])) ++first;
  size_t last = first;
  while (last < text.size() && of_number(text[last])) ++last;
  if (first < last) text.replace(first, last - first, extremes[below(random, extremes.size())]);
}

void splice(std::string& text, const std::string& other, Random& random) {
  const size_t from = below(random, other.size()), length = 1 + below(random, 64);
  text.insert(below(random, text.size() + 1), other.substr(from, length));
}

void change(std::string& text, const std::string& other, Random& random) {
  const size_t at = below(random, text.size());
  switch (below(random, 9)) {
    case 0:
      if (!text.empty()) text[at] = char(text[at] ^ char(1 << below(random, 8)));
      return;
    case 1:
      if (!text.empty()) text[at] = char(below(random, 256));
      return;
    case 2:
      text.resize(at);
      return;
    case 3:
      if (!text.empty()) text.erase(at, 1 + below(random, 32));
      return;
    case 4:
      splice(text, text, random);
      return;
    case 5:
      splice(text, other, random);
      return;
    case 6: {  // the same character many times: brackets, quotes, digits
      const char c = text.empty() ? '[' : text[at];
      text.insert(at, 1 + below(random, 300), c);
      return;
    }
    default:
      replace_number(text, random);
  }
}

}  // namespace

std::string mutated(const std::string& input, const std::string& other, uint64_t seed) {
  Random random(seed, 11);
  std::string text = input;
  for (size_t k = 1 + below(random, 4); k > 0; --k) change(text, other, random);
  return text;
}

}  // namespace unetsr::fuzz
