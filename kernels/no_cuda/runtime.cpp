#include "kernels/cuda/runtime.hpp"

#include "kernels/no_cuda/absent.hpp"

namespace unetsr::kernels::cuda {

// clang-format off
std::shared_ptr<Stream> make_stream() { absent(); }
void synchronise(Stream&) { absent(); }
void* allocate(size_t) { absent(); }
void release(void*) {}
void* allocate_on_host(size_t) { absent(); }
void release_on_host(void*) {}
void upload(Stream&, const void*, void*, size_t) { absent(); }
void download(Stream&, const void*, void*, size_t) { absent(); }
void clear(Stream&, void*, size_t) { absent(); }
void* make_event() { absent(); }
void release_event(void*) {}
void record(Stream&, void*) { absent(); }
void hold(Stream&, void*) { absent(); }
void synchronise_event(void*) { absent(); }
void begin_capture(Stream&) { absent(); }
void* end_capture(Stream&) { absent(); }
void abandon_capture(Stream&) {}
void launch_graph(Stream&, void*) { absent(); }
void release_graph(void*) {}
// clang-format on

}  // namespace unetsr::kernels::cuda
