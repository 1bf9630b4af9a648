#pragma once
#include <doctest/doctest.h>

#include <initializer_list>
#include <string>

#include "kernels/error.hpp"

namespace unetsr::test {

// The message of the error that f() throws, which must be one line; "" if it throws none.
template <class ErrorType = Error, class Function>
std::string thrown(const Function& f) {
  try {
    f();
  } catch (const ErrorType& e) {
    const std::string text = e.what();
    CHECK_MESSAGE(text.find('\n') == std::string::npos, text);
    return text;
  }
  return "";
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace unetsr::test

// The error of `expression` is of the type and names each of the parts.
#define CHECK_THROWS_NAMING(type, expression, ...)                                                      \
  do {                                                                                                  \
    const std::string message_ = unetsr::test::thrown<type>([&] { (void)(expression); });               \
    for (const std::string& part_ : std::initializer_list<std::string>{__VA_ARGS__})                    \
      CHECK_MESSAGE(unetsr::test::contains(message_, part_), "'", message_, "' does not name ", part_); \
  } while (false)
