#pragma once
#include <hdf5.h>

#include <utility>

namespace unetsr::data {

// Owns an HDF5 identifier and closes it with the function of its kind.
class Hdf5Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Hdf5Handle(hid_t id, Close close_function) : id_(id), close_(close_function) {}
  Hdf5Handle(Hdf5Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)), close_(other.close_) {}
  Hdf5Handle(const Hdf5Handle&) = delete;
  Hdf5Handle& operator=(const Hdf5Handle&) = delete;
  Hdf5Handle& operator=(Hdf5Handle&&) = delete;
  ~Hdf5Handle() {
    if (id_ >= 0) close_(id_);
  }

  operator hid_t() const { return id_; }
  bool valid() const { return id_ >= 0; }
  // Closes now; false if that fails (a full disk shows up here).
  bool close() { return close_(std::exchange(id_, H5I_INVALID_HID)) >= 0; }

 private:
  hid_t id_;
  Close close_;
};

// From here on the library prints no error stacks: errors are thrown instead.
inline void silence_hdf5() {
  // Handles are closed by their owners; the library's own clean-up at exit would complain about damaged files.
  [[maybe_unused]] static const herr_t without_exit_handler = H5dont_atexit();
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

}  // namespace unetsr::data
