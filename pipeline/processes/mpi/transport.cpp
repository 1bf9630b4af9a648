#include "pipeline/processes/transport.hpp"

#include <mpi.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

namespace unetsr::pipeline::transport {
namespace {

// MPI counts in int.
constexpr size_t most_bytes = size_t(1) << 30;
constexpr int tag = 0;

// MPI itself waits without sleep, which takes the processor from those who still work.
void wait(MPI_Request request) {
  constexpr std::chrono::microseconds first(20), longest(5000);
  int done = 0;
  MPI_Test(&request, &done, MPI_STATUS_IGNORE);
  for (auto pause = first; !done; pause = std::min(2 * pause, longest)) {
    std::this_thread::sleep_for(pause);
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
  }
}

template <class Bytes, class Move>
void in_pieces(Bytes* bytes, size_t size, const Move& move) {
  for (size_t done = 0; done < size; done += most_bytes) move(bytes + done, int(std::min(most_bytes, size - done)));
}

}  // namespace

bool is_launched() {
  for (const char* of_launcher : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"})
    if (std::getenv(of_launcher)) return true;
  return false;
}

void start() {
  int given = 0;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &given);
}

void finish() {
  MPI_Finalize();
}

int rank() {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

int size() {
  int size = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  return size;
}

int rank_on_machine() {
  MPI_Comm machine;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
  int rank = 0;
  MPI_Comm_rank(machine, &rank);
  MPI_Comm_free(&machine);
  return rank;
}

void gather(void* all, size_t bytes, const int* counts, const int* firsts) {
  MPI_Datatype piece;
  MPI_Type_contiguous(int(bytes), MPI_BYTE, &piece);
  MPI_Type_commit(&piece);
  MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, all, counts, firsts, piece, MPI_COMM_WORLD);
  MPI_Type_free(&piece);
}

void broadcast(void* bytes, size_t size, int from) {
  in_pieces(static_cast<char*>(bytes), size, [&](char* piece, int count) {
    MPI_Request request;
    MPI_Ibcast(piece, count, MPI_BYTE, from, MPI_COMM_WORLD, &request);
    wait(request);
  });
}

void wait_for_all() {
  MPI_Request request;
  MPI_Ibarrier(MPI_COMM_WORLD, &request);
  wait(request);
}

void send(const void* bytes, size_t size, int to) {
  in_pieces(static_cast<const char*>(bytes), size, [&](const char* piece, int count) {
    MPI_Request request;
    MPI_Isend(piece, count, MPI_BYTE, to, tag, MPI_COMM_WORLD, &request);
    wait(request);
  });
}

void receive(void* bytes, size_t size, int from) {
  in_pieces(static_cast<char*>(bytes), size, [&](char* piece, int count) {
    MPI_Request request;
    MPI_Irecv(piece, count, MPI_BYTE, from, tag, MPI_COMM_WORLD, &request);
    wait(request);
  });
}

void end_all(int code) {
  MPI_Abort(MPI_COMM_WORLD, code);
  std::_Exit(code);
}

}  // namespace unetsr::pipeline::transport
