#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "data/dataset/scratch_file.hpp"

namespace unetsr::pipeline {

// Images of all windows of a grid, kept in a scratch file. Throws Error as data::ScratchFile does.
template <class Value>
class WindowStore {
 public:
  WindowStore(const std::filesystem::path& folder, int windows, int64_t cells)
      : file_(folder, "a scratch file"), windows_(windows), cells_(size_t(cells)) {}

  int windows() const { return windows_; }
  size_t cells() const { return cells_; }

  void write(int window, std::span<const Value> values) { file_.write(place(window), values.data(), bytes()); }
  std::vector<Value> read(int window) const {
    std::vector<Value> values(cells_);
    file_.read(place(window), values.data(), bytes());
    return values;
  }

  // Of all windows (windows, rows, columns).
  void write_all(std::span<const Value> values) {
    for (int w = 0; w < windows_; ++w) write(w, values.subspan(size_t(w) * cells_, cells_));
  }
  std::vector<Value> read_all() const {
    std::vector<Value> values(size_t(windows_) * cells_);
    for (int w = 0; w < windows_; ++w) file_.read(place(w), values.data() + size_t(w) * cells_, bytes());
    return values;
  }

 private:
  size_t bytes() const { return cells_ * sizeof(Value); }
  int64_t place(int window) const { return int64_t(window) * int64_t(bytes()); }

  data::ScratchFile file_;
  int windows_;
  size_t cells_;
};

using MapStore = WindowStore<float>;
using CellStore = WindowStore<uint8_t>;  // data::Mask of each window

}  // namespace unetsr::pipeline
