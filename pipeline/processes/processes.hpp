#pragma once
#include <cstddef>

#include "nn/shards.hpp"

// The processes that mpirun or srun started together, which share the work of a command. A program that was started in
// another way, or built without MPI, is alone. All processes read the same files and print and write through the first.
namespace unetsr::pipeline {

// Those that share the work that goes on now. Every process of them makes the same calls in the same order, but for
// send() and receive(). Where one process ends early, all end (end_all).
class Processes final : public nn::Exchange {
 public:
  Processes(int rank, int size) : rank_(rank), size_(size) {}

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  // Whether this process is the one that prints and writes.
  bool is_first() const { return rank_ == 0; }

  void gather(void* all, size_t bytes, int count) const override;
  // What the first process found: files that others write may have changed since.
  bool as_first(bool found) const;
  // From one to all; `size` is the same in each.
  void broadcast(void* bytes, size_t size, int from) const;
  // Until all are here: what the first has written can be read.
  void wait_for_all() const;
  // Bytes from another process to the first, whose receive() has the same size. send() returns when they have left.
  void send_to_first(const void* bytes, size_t size) const;
  void receive(void* bytes, size_t size, int from) const;

 private:
  int rank_, size_;
};

const Processes& processes();

// While it lives this process shares nothing: processes() is itself alone.
class WorkAlone {
 public:
  WorkAlone();
  ~WorkAlone();
  WorkAlone(const WorkAlone&) = delete;
  WorkAlone& operator=(const WorkAlone&) = delete;

 private:
  const Processes* before_;
};

// Of all processes of the program, also while it works alone.
int rank_in_program();
int processes_of_program();
int rank_on_machine();

// At the start of the program, and at its end, where it waits for all. Throws Error where several were started and this
// build has no MPI.
void start_processes();
void finish_processes();
// Before another process than the first reports an error: it may be one that all meet, which the first reports.
void let_first_report();
// Ends all processes of the program with this exit code, from any of them.
[[noreturn]] void end_all(int code);

}  // namespace unetsr::pipeline
