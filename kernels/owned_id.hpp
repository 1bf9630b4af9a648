#pragma once
#include <utility>

namespace unetsr {

// Owns an object that a C library identifies by a number, and closes it with the function of its kind. The library's
// invalid numbers are negative, and so is the status of a failure: as HDF4 and HDF5 have it.
template <class Id, class Status>
class OwnedId {
 public:
  using Close = Status (*)(Id);
  OwnedId(Id id, Close close_function) : id_(id), close_(close_function) {}
  OwnedId(OwnedId&& other) noexcept : id_(std::exchange(other.id_, invalid)), close_(other.close_) {}
  OwnedId(const OwnedId&) = delete;
  OwnedId& operator=(const OwnedId&) = delete;
  OwnedId& operator=(OwnedId&&) = delete;
  ~OwnedId() {
    if (valid()) close_(id_);
  }

  operator Id() const { return id_; }
  bool valid() const { return id_ >= 0; }
  // Closes now; false if that fails (a full disk shows up here).
  bool close() { return close_(std::exchange(id_, invalid)) >= 0; }

 private:
  static constexpr Id invalid = -1;
  Id id_;
  Close close_;
};

}  // namespace unetsr
