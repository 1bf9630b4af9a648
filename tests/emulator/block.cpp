#include "emulator/block.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <boost/context/detail/fcontext.hpp>
#include <cstring>
#include <numeric>
#include <utility>

#include "emulator/observer.hpp"
#include "emulator/sanitizer.hpp"

using boost::context::detail::jump_fcontext, boost::context::detail::make_fcontext, boost::context::detail::transfer_t;

namespace emulator {
namespace {

constexpr size_t stack_bytes = 256 * 1024, guard_bytes = 4096, slot_bytes = 64;

Schedule schedule;
std::optional<Site> left_out;
std::vector<Site> passed;

// Whether the synchronisation at this place is left out.
bool skips(Site site) {
  if (std::find(passed.begin(), passed.end(), site) == passed.end()) passed.push_back(site);
  return left_out == site;
}

std::byte* reserve(size_t bytes) {
  void* p = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) throw std::bad_alloc();
  return static_cast<std::byte*>(p);
}

uint64_t next_random(uint64_t& state) {
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return state;
}

}  // namespace

std::string text(Site site) {
  const std::string file = site.file;
  return file.substr(file.rfind('/') + 1) + ":" + std::to_string(site.line);
}

void set_schedule(Schedule s) {
  schedule = s;
}

Schedule current_schedule() {
  return schedule;
}

std::vector<Site> synchronisations() {
  return passed;
}

void leave_out(std::optional<Site> site) {
  left_out = site;
}

Block& block() {
  static Block one;
  return one;
}

Block::Block()
    : threads_(max_threads),
      meetings_(max_threads),
      alive_(max_threads / warp_size),
      stacks_(reserve(max_threads * stack_bytes)),
      shared_(reserve(max_shared_bytes + 2 * shared_margin) + shared_margin),
      stacks_bytes_(max_threads * stack_bytes) {
  for (int i = 0; i < max_threads; ++i) mprotect(stacks_ + size_t(i) * stack_bytes, guard_bytes, PROT_NONE);
}

Block::~Block() {
  munmap(stacks_, stacks_bytes_);
  munmap(shared_ - shared_margin, max_shared_bytes + 2 * shared_margin);
}

void Block::run(const Launch& launch) {
  launch_ = &launch;
  gridDim = launch.grid, blockDim = launch.block;
  threads_in_block_ = int(launch.block.x * launch.block.y * launch.block.z);
  shared_bytes_ = launch.shared_bytes;
  first_run_ = run_ + 1;
  random_ = schedule.seed * 0x9e3779b97f4a7c15u | 1;
  std::vector<uint64_t> order(uint64_t(launch.grid.x) * launch.grid.y * launch.grid.z);
  std::iota(order.begin(), order.end(), 0);
  if (schedule.order == Order::reverse) std::reverse(order.begin(), order.end());
  if (schedule.order == Order::random)
    for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[size_t(next_random(random_) % i)]);
  for (const uint64_t b : order) {
    blockIdx = {unsigned(b % launch.grid.x), unsigned(b / launch.grid.x % launch.grid.y),
                unsigned(b / launch.grid.x / launch.grid.y)};
    run_block(launch);
  }
}

void Block::run_block(const Launch& launch) {
  ++run_, phase_ = 0, waiting_ = 0, live_ = threads_in_block_;
  ready_.clear();
  std::fill(alive_.begin(), alive_.end(), 0);
  const ShadowedShared only_these_bytes(shared_, launch.shared_bytes);
  std::memset(shared_, 0xff, launch.shared_bytes);
  for (int i = 0; i < threads_in_block_; ++i) {
    start(i);
    meetings_[size_t(i)].arrived = 0;
    alive_[size_t(i / warp_size)] |= 1u << i % warp_size;
  }
  for (int i = 0; i < threads_in_block_; ++i) wake(schedule.order == Order::forward ? threads_in_block_ - 1 - i : i);
  while (live_ > 0) {
    if (ready_.empty()) report_dead_lock();
    resume(next());
    if (fault_) throw Fault(std::exchange(fault_, nullptr)());
  }
}

void Block::start(int thread) {
  Thread& t = threads_[size_t(thread)];
  std::byte* const stack = stacks_ + size_t(thread) * stack_bytes;
  forget_stack(stack + guard_bytes, stack_bytes - guard_bytes);
  t.context = make_fcontext(stack + stack_bytes, stack_bytes - guard_bytes, [](transfer_t from) {
    block().host_context_ = from.fctx;
    entry_of_thread();
  });
  t.copies.clear();
  t.warp_phase = 0, t.group = 0;
}

void Block::entry_of_thread() {
  arrived_in_thread(nullptr);
  const Call& call = block().launch_->call;
  call.run(call.closure.get());
  block().finish();
}

void Block::resume(int thread) {
  current_ = thread;
  const unsigned i = unsigned(thread), x = blockDim.x, y = blockDim.y;
  threadIdx = {i % x, i / x % y, i / (x * y)};
  Thread& t = threads_[size_t(thread)];
  void* const fake = leaving_for(stacks_ + size_t(thread) * stack_bytes, stack_bytes);
  t.context = jump_fcontext(t.context, nullptr).fctx;
  arrived_in_host(fake);
  current_ = -1;
}

// Back to the host's loop, until this thread is resumed.
void Block::wait() {
  void* const fake = leaving_for_host();
  host_context_ = jump_fcontext(host_context_, nullptr).fctx;
  arrived_in_thread(fake);
}

void Block::leave() {
  leaving_for_ever();
  jump_fcontext(host_context_, nullptr);
  std::abort();
}

void Block::finish() {
  const int warp = current_ / warp_size;
  threads_[size_t(current_)].state = State::done;
  --live_;
  alive_[size_t(warp)] &= ~(1u << current_ % warp_size);
  for (int lane = 0; lane < warp_size; ++lane) part_if_all_met(warp, meetings_[size_t(warp * warp_size + lane)]);
  open_barrier_if_all_wait();
  leave();
}

int Block::next() {
  const size_t at = schedule.order == Order::random ? size_t(next_random(random_) % ready_.size()) : ready_.size() - 1;
  std::swap(ready_[at], ready_.back());
  const int thread = ready_.back();
  ready_.pop_back();
  return thread;
}

void Block::wake(int thread) {
  threads_[size_t(thread)].state = State::ready;
  ready_.push_back(thread);
}

void Block::barrier(Site site) {
  if (skips(site)) return;
  Thread& me = threads_[size_t(current_)];
  me.state = State::at_barrier, me.site = site, me.operation = "__syncthreads";
  ++waiting_;
  open_barrier_if_all_wait();
  wait();
}

void Block::open_barrier_if_all_wait() {
  if (live_ == 0 || waiting_ < live_) return;
  int first = -1;
  for (int i = 0; i < threads_in_block_; ++i) {
    if (threads_[size_t(i)].state != State::at_barrier) continue;
    if (first < 0) first = i;
    if (threads_[size_t(i)].site != threads_[size_t(first)].site)
      fail([&] { return "a block waits at two barriers: " + waiting_place(first) + ", " + waiting_place(i); });
  }
  waiting_ = 0, ++phase_;
  for (int k = 0; k < threads_in_block_; ++k) {
    const int i = schedule.order == Order::forward ? threads_in_block_ - 1 - k : k;
    if (threads_[size_t(i)].state == State::at_barrier) wake(i);
  }
}

const std::byte* Block::exchange(unsigned mask, const void* value, size_t bytes, const char* operation, Site site) {
  const int warp = current_ / warp_size, lane = current_ % warp_size;
  Thread& me = threads_[size_t(current_)];
  if (!(mask >> lane & 1))
    fail([&] { return name(current()) + " is not in the mask of its " + operation + " at " + text(site); });
  Meeting& meeting = meetings_[size_t(warp * warp_size + std::countr_zero(mask))];
  std::byte* const slots = meeting.slots[meeting.turn & 1];
  if (meeting.arrived == 0) {
    meeting.mask = mask, meeting.site = site, meeting.operation = operation;
    std::memset(slots, 0xff, warp_size * slot_bytes);
  }
  if (meeting.mask != mask || meeting.site != site || std::strcmp(meeting.operation, operation) != 0)
    fail([&] {
      return "lanes of a warp disagree: " + std::string(meeting.operation) + " at " + text(meeting.site) + ", but " +
             name(current()) + " is in " + operation + " at " + text(site);
    });
  if (bytes > 0) std::memcpy(slots + size_t(lane) * slot_bytes, value, bytes);
  ++meeting.arrived;
  me.state = State::in_warp_operation, me.site = site, me.operation = operation;
  part_if_all_met(warp, meeting);
  wait();
  return slots;
}

void Block::synchronise_warp(unsigned mask, Site site) {
  if (skips(site)) return;
  exchange(mask, nullptr, 0, "__syncwarp", site);
  ++threads_[size_t(current_)].warp_phase;
}

void Block::part_if_all_met(int warp, Meeting& meeting) {
  const unsigned lanes = meeting.mask & alive_[size_t(warp)];
  if (meeting.arrived == 0 || int(meeting.arrived) < std::popcount(lanes)) return;
  for (int k = 0; k < warp_size; ++k) {
    const int lane = schedule.order == Order::forward ? warp_size - 1 - k : k;
    if (lanes >> lane & 1) wake(warp * warp_size + lane);
  }
  meeting.arrived = 0, ++meeting.turn;
}

void Block::start_copy(void* to, const void* from, size_t bytes, Site site) {
  if (uintptr_t(to) % bytes != 0 || uintptr_t(from) % bytes != 0)
    fail([&] { return name(current()) + ": cp.async of misaligned addresses at " + text(site); });
  if (from) observe(from, bytes, Access::read, site);
  observe(to, bytes, Access::start_of_copy, site);
  Thread& me = threads_[size_t(current_)];
  me.copies.push_back({to, from, bytes, me.group});
}

void Block::commit_copies() {
  ++threads_[size_t(current_)].group;
}

void Block::wait_for_copies(int groups_in_flight, Site site) {
  if (skips(site)) return;
  Thread& me = threads_[size_t(current_)];
  std::erase_if(me.copies, [&](const AsyncCopy& copy) {
    if (copy.group >= me.group - groups_in_flight) return false;
    if (copy.from)
      std::memcpy(copy.to, copy.from, copy.bytes);
    else
      std::memset(copy.to, 0, copy.bytes);
    observe(copy.to, copy.bytes, Access::end_of_copy, site);
    return true;
  });
}

std::string Block::name(int thread) const {
  const auto coordinates = [](unsigned x, unsigned y, unsigned z) {
    return "(" + std::to_string(x) + ", " + std::to_string(y) + ", " + std::to_string(z) + ")";
  };
  const unsigned i = unsigned(thread), x = blockDim.x, y = blockDim.y;
  return "thread " + coordinates(i % x, i / x % y, i / (x * y)) + " of block " +
         coordinates(blockIdx.x, blockIdx.y, blockIdx.z);
}

std::string Block::waiting_place(int thread) const {
  const Thread& t = threads_[size_t(thread)];
  return name(thread) + " in " + t.operation + " at " + text(t.site);
}

void Block::report_dead_lock() {
  std::string places;
  std::vector<Site> seen;
  for (int i = 0; i < threads_in_block_; ++i) {
    const Thread& t = threads_[size_t(i)];
    if (t.state == State::done || std::find(seen.begin(), seen.end(), t.site) != seen.end()) continue;
    seen.push_back(t.site);
    places += (places.empty() ? "" : ", ") + waiting_place(i);
  }
  throw Fault("dead lock: every thread waits: " + places);
}

}  // namespace emulator
