#pragma once
#include <cstddef>
#include <memory>

// Streams, memory, events and graphs of the GPU, for code that knows no CUDA: kernels/{queue,memory,event,graph}.hpp.
namespace unetsr::kernels::cuda {

class Stream;

std::shared_ptr<Stream> make_stream();
void synchronise(Stream&);

void* allocate(size_t bytes);
void release(void* p);
void* allocate_on_host(size_t bytes);
void release_on_host(void* p);
void upload(Stream&, const void* from, void* to, size_t bytes);
void download(Stream&, const void* from, void* to, size_t bytes);
void clear(Stream&, void* p, size_t bytes);

void* make_event();
void release_event(void* event);
void record(Stream&, void* event);
void hold(Stream&, void* event);
void synchronise_event(void* event);

// Calls on the stream between these two are recorded as a graph, not executed.
void begin_capture(Stream&);
void* end_capture(Stream&);
void abandon_capture(Stream&);
void launch_graph(Stream&, void* graph);
void release_graph(void* graph);

}  // namespace unetsr::kernels::cuda
