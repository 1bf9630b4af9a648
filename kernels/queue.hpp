#pragma once

namespace unetsr {

// `reference` runs the specifications, plain loops on the CPU: for tests and for scalars other than float.
enum class Device { reference, cpu };

// Where the kernels run and in what order: one after the other, as they were called.
class Queue {
 public:
  explicit Queue(Device device) : device_(device) {}
  Device device() const { return device_; }

 private:
  Device device_;
};

// What a gradient kernel does with its output: the first gradient of a tensor writes, later ones add.
enum class Into { write, add };

}  // namespace unetsr
