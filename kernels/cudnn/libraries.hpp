#pragma once
#include <cublas_v2.h>
#include <cudnn.h>

#include <memory>
#include <string>
#include <type_traits>

#include "kernels/cuda/stream.hpp"
#include "kernels/error.hpp"

namespace unetsr::kernels::cudnn {

inline void check(cudnnStatus_t status, const char* call) {
  if (status != CUDNN_STATUS_SUCCESS) throw Error("cuDNN: " + std::string(call) + ": " + cudnnGetErrorString(status));
}

inline void check(cublasStatus_t status, const char* call) {
  if (status != CUBLAS_STATUS_SUCCESS)
    throw Error("cuBLAS: " + std::string(call) + ": " + cublasGetStatusString(status));
}

// The handles of both libraries, which work in the order of a stream and live as long as it does.
class Libraries {
 public:
  // Makes them when the stream is first asked.
  static Libraries& of(cuda::Stream&);

  explicit Libraries(cudaStream_t);
  ~Libraries();
  Libraries(const Libraries&) = delete;
  Libraries& operator=(const Libraries&) = delete;

  cudnnHandle_t dnn = nullptr;
  cublasHandle_t blas = nullptr;
};

// A descriptor, given back at its end.
template <class T, cudnnStatus_t create(T*), cudnnStatus_t destroy(T)>
class Descriptor {
 public:
  Descriptor() { check(create(&handle_), "create a descriptor"); }
  ~Descriptor() { destroy(handle_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  operator T() const { return handle_; }

 private:
  T handle_ = nullptr;
};
using TensorDescriptor = Descriptor<cudnnTensorDescriptor_t, cudnnCreateTensorDescriptor, cudnnDestroyTensorDescriptor>;
using FilterDescriptor = Descriptor<cudnnFilterDescriptor_t, cudnnCreateFilterDescriptor, cudnnDestroyFilterDescriptor>;
using ConvolutionDescriptor =
    Descriptor<cudnnConvolutionDescriptor_t, cudnnCreateConvolutionDescriptor, cudnnDestroyConvolutionDescriptor>;

}  // namespace unetsr::kernels::cudnn
