#pragma once
#include <algorithm>
#include <cctype>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"
#include "kernels/suggestion.hpp"

// One spelling of an enum's values for options, files and messages: beside an enum stands
//   template <> struct EnumNames<Loss> {
//     static constexpr const char* what = "loss";
//     static constexpr std::pair<Loss, const char*> names[] = {{Loss::mse, "mse"}, ...};
//   };
namespace unetsr {

template <class E>
struct EnumNames;

template <class E>
concept NamedEnum = requires {
  EnumNames<E>::names;
};

template <NamedEnum E>
std::vector<std::string> names_of() {
  std::vector<std::string> all;
  for (const auto& [value, name] : EnumNames<E>::names) all.push_back(name);
  return all;
}

template <NamedEnum E>
std::string to_string(E value) {
  for (const auto& [other, name] : EnumNames<E>::names)
    if (other == value) return name;
  throw Error(std::string("a ") + EnumNames<E>::what + " without a name");
}

// In any case. Throws UsageError that lists the names.
template <NamedEnum E>
E parse(std::string_view text) {
  const auto same = [](char a, char b) { return std::tolower(int(uint8_t(a))) == std::tolower(int(uint8_t(b))); };
  for (const auto& [value, name] : EnumNames<E>::names)
    if (std::ranges::equal(text, std::string_view(name), same)) return value;
  const std::vector<std::string> names = names_of<E>();
  throw UsageError(std::string("unknown ") + EnumNames<E>::what + " " + excerpt(text) + "; take " + one_of(names) +
                   did_you_mean(text, names));
}

}  // namespace unetsr
