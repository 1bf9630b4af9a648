#pragma once
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include "data/dataset/scratch_file.hpp"

namespace unetsr::data {

// Where arrays lie that may be larger than the memory: in memory, or in scratch files in the folder of a file that is
// being made.
struct ArrayStore {
  std::optional<std::filesystem::path> beside;  // nothing: in memory
};

// Bytes that grow at their end, in memory or in a mapped scratch file. Throws Error where the disk is full.
class StoredBytes {
 public:
  explicit StoredBytes(ArrayStore store) : store_(std::move(store)) {}
  ~StoredBytes();
  StoredBytes(const StoredBytes&, size_t used);  // a copy of the first bytes
  StoredBytes(StoredBytes&&) noexcept;
  StoredBytes& operator=(StoredBytes) noexcept;

  std::byte* data() const { return data_; }
  size_t capacity() const { return capacity_; }
  bool in_file() const { return file_ != nullptr; }  // where bytes that were never written are 0
  void reserve(size_t bytes);
  // Takes the pages of a part out of the memory of this process, and keeps what they hold; nothing where they lie in
  // memory alone.
  void release(size_t first, size_t count) const;

 private:
  ArrayStore store_;
  std::unique_ptr<ScratchFile> file_;
  std::byte* data_ = nullptr;
  size_t capacity_ = 0;
};

// An array of them. Any number of threads may read it and release parts of it.
template <class T>
class StoredArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  StoredArray() : StoredArray(ArrayStore{}) {}
  explicit StoredArray(ArrayStore store) : bytes_(std::move(store)) {}
  StoredArray(const StoredArray& other) : bytes_(other.bytes_, other.size_ * sizeof(T)), size_(other.size_) {}
  StoredArray(StoredArray&& other) noexcept : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}
  StoredArray& operator=(StoredArray other) noexcept {
    bytes_ = std::move(other.bytes_), size_ = std::exchange(other.size_, 0);
    return *this;
  }

  size_t size() const { return size_; }
  T* data() { return reinterpret_cast<T*>(bytes_.data()); }
  const T* data() const { return reinterpret_cast<const T*>(bytes_.data()); }
  T& operator[](size_t i) { return data()[i]; }
  const T& operator[](size_t i) const { return data()[i]; }
  T* begin() { return data(); }
  T* end() { return data() + size_; }
  const T* begin() const { return data(); }
  const T* end() const { return data() + size_; }
  std::span<T> span() { return {data(), size_}; }
  std::span<const T> span() const { return {data(), size_}; }

  void reserve(size_t count) {
    if (count * sizeof(T) > bytes_.capacity()) bytes_.reserve(count * sizeof(T));
  }
  // From nothing; all are 0.
  void assign_zeros(size_t count) {
    reserve(count);
    size_ = count;
    if (!bytes_.in_file() && count > 0) std::memset(static_cast<void*>(data()), 0, count * sizeof(T));
  }
  void push_back(const T& value) {
    constexpr size_t least = 64;
    if ((size_ + 1) * sizeof(T) > bytes_.capacity()) reserve(std::max(least, size_ + size_ / 2));
    data()[size_++] = value;
  }
  void append(std::span<const T> values) {
    const size_t first = size_;
    if ((first + values.size()) * sizeof(T) > bytes_.capacity())
      reserve(std::max(first + first / 2, first + values.size()));
    size_ += values.size();
    if (!values.empty()) std::memcpy(static_cast<void*>(data() + first), values.data(), values.size_bytes());
  }
  void release(size_t first, size_t count) const { bytes_.release(first * sizeof(T), count * sizeof(T)); }
  void release() const { release(0, size_); }

 private:
  StoredBytes bytes_;
  size_t size_ = 0;
};

// Values of such an array, or others, that are read or written in parts; a part is released when it is done.
template <class T>
class StoredSpan {
 public:
  using Array = StoredArray<std::remove_const_t<T>>;

  template <class Values>
  requires(std::is_convertible_v<Values&&, std::span<T>> && !std::is_same_v<std::remove_cvref_t<Values>, Array>)
      StoredSpan(Values&& values)
      : values_(values) {}
  StoredSpan(std::conditional_t<std::is_const_v<T>, const Array, Array>& array)
      : values_(array.span()), array_(&array) {}
  template <class Other>
  requires(std::is_same_v<const Other, T> && !std::is_const_v<Other>) StoredSpan(const StoredSpan<Other>& other)
      : values_(other.values_), array_(other.array_) {}

  std::span<T> span() const { return values_; }
  size_t size() const { return values_.size(); }
  T& operator[](size_t i) const { return values_[i]; }
  std::span<T> subspan(size_t first, size_t count) const { return values_.subspan(first, count); }
  void release(size_t first, size_t count) const {
    if (array_) array_->release(first, count);
  }

 private:
  template <class Other>
  friend class StoredSpan;

  std::span<T> values_;
  const Array* array_ = nullptr;
};

}  // namespace unetsr::data
