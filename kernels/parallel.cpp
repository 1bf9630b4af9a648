#include "kernels/parallel.hpp"

#include <pthread.h>

#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "kernels/cpu/scratch.hpp"
#include "kernels/error.hpp"

namespace unetsr {
namespace {

thread_local bool inside_task = false;

// Waits for a condition for as long as the pauses inside a training step last, some microseconds; waking a thread that
// sleeps takes longer than that.
template <class Condition>
bool spin_until(const Condition& condition) {
  for (int i = 0; i < 4000; ++i) {
    if (condition()) return true;
#ifdef __x86_64__
    __builtin_ia32_pause();
#endif
  }
  return condition();
}

// Workers that wait for jobs. One job at a time; the caller works too.
class Pool {
 public:
  explicit Pool(int workers) {
    try {
      for (int i = 0; i < workers; ++i) workers_.emplace_back([this] { work(); });
    } catch (const std::system_error& e) {
      const size_t started = workers_.size();
      stop();
      throw Error("--threads " + std::to_string(workers + 1) + ": only " + std::to_string(started + 1) +
                  " could be started (" + e.code().message() + "); ask for fewer");
    }
  }

  ~Pool() { stop(); }

  int threads() const { return int(workers_.size()) + 1; }

  void run(int64_t count, FunctionRef<void(int64_t)> task) {
    std::lock_guard one_job(job_mutex_);
    {
      std::lock_guard lock(mutex_);
      task_ = &task, count_ = count, next_ = 0, error_ = nullptr;
      busy_ = int(workers_.size());
      ++job_;
    }
    wake_.notify_all();
    take_tasks();
    if (!spin_until([this] { return busy_ == 0; })) {
      std::unique_lock lock(mutex_);
      done_.wait(lock, [this] { return busy_ == 0; });
    }
    if (error_) std::rethrow_exception(error_);
  }

 private:
  void stop() {
    {
      std::lock_guard lock(mutex_);
      stop_ = true;
      ++job_;
    }
    wake_.notify_all();
    for (auto& worker : workers_) worker.join();
  }

  void take_tasks() {
    kernels::cpu::keep_up_scratch();
    inside_task = true;
    for (int64_t i; (i = next_.fetch_add(1)) < count_;) {
      try {
        (*task_)(i);
      } catch (...) {
        std::lock_guard lock(mutex_);
        if (!error_) error_ = std::current_exception();
        next_ = count_;
      }
    }
    inside_task = false;
  }

  void work() {
    for (uint64_t seen = 0;;) {
      if (!spin_until([&] { return job_ != seen; })) {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [&] { return job_ != seen; });
      }
      seen = job_;
      if (stop_) return;
      take_tasks();
      if (--busy_ == 0) {
        std::lock_guard lock(mutex_);
        done_.notify_one();
      }
    }
  }

  std::mutex job_mutex_, mutex_;
  std::condition_variable wake_, done_;
  std::vector<std::thread> workers_;
  const FunctionRef<void(int64_t)>* task_ = nullptr;
  std::atomic<int64_t> next_ = 0;
  int64_t count_ = 0;
  std::atomic<uint64_t> job_ = 0;
  std::atomic<int> busy_ = 0;
  std::atomic<bool> stop_ = false;
  std::exception_ptr error_;
};

thread_local int asked_for = 0;

std::mutex pool_mutex;
std::shared_ptr<Pool> pool;

// A child process has no copy of the workers, who would be waited for.
void forget_pool() {
  new std::shared_ptr<Pool>(std::move(pool));
}

// The last one where it has as many threads; callers that use another one keep it until they are done.
std::shared_ptr<Pool> pool_of(int count) {
  [[maybe_unused]] static const int forgotten_in_children = pthread_atfork(nullptr, nullptr, forget_pool);
  std::lock_guard lock(pool_mutex);
  if (!pool || pool->threads() != count) pool = std::make_shared<Pool>(count - 1);
  return pool;
}

}  // namespace

void set_threads(int count) {
  asked_for = std::max(0, count);
}

int threads() {
  return asked_for > 0 ? asked_for : std::max(1, int(std::thread::hardware_concurrency()));
}

ThreadScope::ThreadScope(int count) : before_(asked_for) {
  if (count > 0) asked_for = count;
}

ThreadScope::~ThreadScope() {
  asked_for = before_;
}

void parallel_for(int64_t count, FunctionRef<void(int64_t)> task) {
  if (count == 1 || inside_task || threads() == 1) {
    for (int64_t i = 0; i < count; ++i) task(i);
  } else if (count > 1) {
    pool_of(threads())->run(count, task);
  }
}

}  // namespace unetsr
