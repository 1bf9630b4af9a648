#include "pipeline/processes/transport.hpp"

#include <cstdlib>
#include <string>

#include "kernels/error.hpp"

namespace unetsr::pipeline::transport {

// Several that do not know of each other would do the same work and write the same files.
bool is_launched() {
  for (const char* of_launcher : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"})
    if (const char* const size = std::getenv(of_launcher); size && std::string(size) != "1") return true;
  return false;
}

void start() {
  for (const char* of_launcher : {"OMPI_COMM_WORLD_RANK", "PMI_RANK"})
    if (const char* const rank = std::getenv(of_launcher); rank && std::string(rank) != "0") std::_Exit(1);
  throw Error("this build has no MPI: start one process, or configure with -DUNETSR_MPI=ON and build again");
}

void finish() {}
int rank() {
  return 0;
}
int size() {
  return 1;
}
int rank_on_machine() {
  return 0;
}
void gather(void*, size_t, const int*, const int*) {}
void broadcast(void*, size_t, int) {}
void wait_for_all() {}
void send(const void*, size_t, int) {}
void receive(void*, size_t, int) {}
void end_all(int code) {
  std::_Exit(code);
}

}  // namespace unetsr::pipeline::transport
