#include "pipeline/processes/processes.hpp"

#include <chrono>
#include <thread>
#include <vector>

#include "pipeline/processes/transport.hpp"

namespace unetsr::pipeline {
namespace {

const Processes alone(0, 1);
const Processes* sharing = &alone;
int own_rank = 0, all_processes = 1, own_rank_on_machine = 0;

}  // namespace

void Processes::gather(void* all, size_t bytes, int count) const {
  if (size_ == 1) return;
  std::vector<int> counts, firsts;
  for (int r = 0; r < size_; ++r) {
    firsts.push_back(first_of(r, count));
    counts.push_back(first_of(r + 1, count) - firsts.back());
  }
  transport::gather(all, bytes, counts.data(), firsts.data());
}

bool Processes::as_first(bool found) const {
  broadcast(&found, sizeof found, 0);
  return found;
}

void Processes::broadcast(void* bytes, size_t size, int from) const {
  if (size_ > 1) transport::broadcast(bytes, size, from);
}

void Processes::wait_for_all() const {
  if (size_ > 1) transport::wait_for_all();
}

void Processes::send_to_first(const void* bytes, size_t size) const {
  transport::send(bytes, size, 0);
}

void Processes::receive(void* bytes, size_t size, int from) const {
  transport::receive(bytes, size, from);
}

const Processes& processes() {
  return *sharing;
}

WorkAlone::WorkAlone() : before_(sharing) {
  sharing = &alone;
}

WorkAlone::~WorkAlone() {
  sharing = before_;
}

int rank_in_program() {
  return own_rank;
}

int processes_of_program() {
  return all_processes;
}

int rank_on_machine() {
  return own_rank_on_machine;
}

void start_processes() {
  if (!transport::is_launched()) return;
  transport::start();
  own_rank = transport::rank(), all_processes = transport::size();
  own_rank_on_machine = transport::rank_on_machine();
  static const Processes all(own_rank, all_processes);
  sharing = &all;
}

void finish_processes() {
  if (!transport::is_launched()) return;
  if (all_processes > 1) transport::wait_for_all();
  transport::finish();
}

void let_first_report() {
  constexpr std::chrono::milliseconds first(1000), each(50);
  if (own_rank > 0) std::this_thread::sleep_for(first + own_rank * each);
}

void end_all(int code) {
  transport::end_all(code);
}

}  // namespace unetsr::pipeline
