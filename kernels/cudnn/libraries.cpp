#include "kernels/cudnn/libraries.hpp"

namespace unetsr::kernels::cudnn {

Libraries::Libraries(cudaStream_t stream) {
  check(cudnnCreate(&dnn), "cudnnCreate");
  check(cudnnSetStream(dnn, stream), "cudnnSetStream");
  check(cublasCreate(&blas), "cublasCreate");
  check(cublasSetStream(blas, stream), "cublasSetStream");
}

Libraries::~Libraries() {
  cublasDestroy(blas);
  cudnnDestroy(dnn);
}

Libraries& Libraries::of(cuda::Stream& stream) {
  if (!stream.libraries()) stream.libraries() = std::make_shared<Libraries>(stream.handle());
  return *static_cast<Libraries*>(stream.libraries().get());
}

}  // namespace unetsr::kernels::cudnn
