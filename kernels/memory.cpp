#include "kernels/memory.hpp"

#include <cstring>

#include "kernels/cuda/runtime.hpp"
#include "kernels/host_memory.hpp"

namespace unetsr::kernels {
namespace {

void copy_bytes(const void* from, void* to, size_t bytes) {
  if (bytes > 0) std::memcpy(to, from, bytes);
}

}  // namespace

Memory::Memory(const Queue& queue, size_t bytes) {
  if (bytes == 0) return;
  if (queue.device() == Device::cuda)
    *this = Memory(cuda::allocate(bytes), {[](void* p, size_t) { cuda::release(p); }, bytes});
  else
    *this = Memory(host_memory(bytes), {release_host_memory, bytes});
}

Memory Memory::on_host(const Queue& queue, size_t bytes) {
  if (queue.device() == Device::cuda && bytes > 0)
    return Memory(cuda::allocate_on_host(bytes), {[](void* p, size_t) { cuda::release_on_host(p); }, bytes});
  return Memory(Queue(Device::cpu), bytes);
}

void upload(Queue& queue, const void* from, void* to, size_t bytes) {
  if (queue.device() == Device::cuda) return cuda::upload(queue.stream(), from, to, bytes);
  copy_bytes(from, to, bytes);
}

void download(Queue& queue, const void* from, void* to, size_t bytes) {
  if (queue.device() == Device::cuda) return cuda::download(queue.stream(), from, to, bytes);
  copy_bytes(from, to, bytes);
}

void clear(Queue& queue, void* p, size_t bytes) {
  if (queue.device() == Device::cuda) return cuda::clear(queue.stream(), p, bytes);
  if (bytes > 0) std::memset(p, 0, bytes);
}

}  // namespace unetsr::kernels
