#pragma once
#include <cstddef>

// What MPI does for processes.hpp, and a twin for builds without it (mpi/, no_mpi/).
namespace unetsr::pipeline::transport {

// Whether mpirun or srun started this process, alone or with others: then start() comes before all that follows.
bool is_launched();
void start();
void finish();

int rank();
int size();
// Among the processes of this machine; every process calls it.
int rank_on_machine();

// Process r has `counts[r]` pieces of `bytes` each in their place in `all`; afterwards each has all.
void gather(void* all, size_t bytes, const int* counts, const int* firsts);
void broadcast(void* bytes, size_t size, int from);
void wait_for_all();
void send(const void* bytes, size_t size, int to);
void receive(void* bytes, size_t size, int from);
[[noreturn]] void end_all(int code);

}  // namespace unetsr::pipeline::transport
