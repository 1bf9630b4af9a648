#pragma once
#include <cereal/archives/binary.hpp>

#include <sstream>
#include <string>
#include <utility>

// A value as bytes for another process of this machine or one of its kind, by cereal. Includers bring the headers of
// cereal/types that it needs.
namespace unetsr::pipeline {

template <class T>
std::string packed(const T& value) {
  std::ostringstream text;
  cereal::BinaryOutputArchive archive(text);
  archive(value);
  return std::move(text).str();
}

template <class T>
T unpacked(std::string text) {
  std::istringstream stream(std::move(text));
  cereal::BinaryInputArchive archive(stream);
  T value;
  archive(value);
  return value;
}

}  // namespace unetsr::pipeline
