#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "data/dataset/scratch_file.hpp"
#include "data/dataset/stored_array.hpp"

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

  // Of `count` windows from `first` on, one after the other.
  data::StoredArray<Value> read_into(const data::ArrayStore& store, int first, int count) const {
    data::StoredArray<Value> values(store);
    values.assign_zeros(size_t(count) * cells_);
    for (int k = 0; k < count; ++k) {
      file_.read(place(first + k), values.data() + size_t(k) * cells_, bytes());
      values.release(size_t(k) * cells_, cells_);
    }
    return values;
  }
  void write_from(const data::StoredArray<Value>& values, int first, int count) {
    for (int k = 0; k < count; ++k) {
      write(first + k, values.span().subspan(size_t(k) * cells_, cells_));
      values.release(size_t(k) * cells_, cells_);
    }
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
