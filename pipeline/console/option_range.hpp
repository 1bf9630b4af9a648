#pragma once
#include <optional>
#include <string>
#include <type_traits>

namespace unetsr::pipeline {

// The numbers that an option takes: from `least` to `most`. NaN is none of them.
struct OptionRange {
  double least, most;
  bool above = false;  // `least` itself is refused
};

// Those of options that several commands have.
constexpr OptionRange block_range = {1, 65536};  // cells on a side
constexpr OptionRange draw_range = {1, 10000}, step_range = {1, 100000};
constexpr OptionRange coarse_factor_range = {1, 100}, resolution_range = {0, 1e8, true};
constexpr OptionRange channel_range = {1, 65536}, size_range = {1, 65536};
constexpr OptionRange fold_range = {2, 10000};
constexpr OptionRange seed_count_range = {1, 10000};

// Throws UsageError naming the option, the value and the range: "--block 0: take a number from 1 to 65536".
void require_in_range(const std::string& option, double value, const OptionRange&);

// What is not given is in any range.
template <class T>
requires std::is_arithmetic_v<T>
void require_in_range(const std::string& option, const std::optional<T>& value, const OptionRange& range) {
  if (value) require_in_range(option, double(*value), range);
}

namespace detail {

template <class T>
struct Plain {
  using Type = T;
};
template <class T>
struct Plain<std::optional<T>> {
  using Type = T;
};

}  // namespace detail

// What an option's text is read as.
template <class Field>
using OptionValue = typename detail::Plain<std::remove_cvref_t<Field>>::Type;

// Numbers whose size means something; seeds are any.
template <class Field>
constexpr bool has_range = std::is_same_v<OptionValue<Field>, int> || std::is_same_v<OptionValue<Field>, double>;

}  // namespace unetsr::pipeline
