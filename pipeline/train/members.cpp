#include "pipeline/train/members.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "kernels/error.hpp"
#include "kernels/random.hpp"
#include "pipeline/console/outputs.hpp"
#include "pipeline/processes/gpus.hpp"
#include "pipeline/processes/processes.hpp"

namespace unetsr::pipeline {
namespace {

constexpr uint64_t members_stream = uint64_t(1) << 34;

uint64_t seed_of(const MembersTask& task, int member) {
  return member == 0 ? task.seed : Random(task.seed, members_stream + uint64_t(member)).bits();
}

}  // namespace

void train_members(const MembersTask& task, const RunFiles& files, bool resume, const std::string& title,
                   const Output& output) {
  nn::Execution execution = task.execution;
  const bool share_gpus = execution.exchange && execution.device == Device::cuda;
  const std::unique_ptr<kernels::DeviceGather> gpus = share_gpus ? join_gpus() : nullptr;
  execution.between_gpus = gpus.get();
  if (share_gpus) output.detail(fmt::format("gradients go between GPUs {}", gpus ? "by NCCL" : "by way of the hosts"));
  for (int k = 0; k < task.count; ++k) {
    const RunFiles own = files.of_member(k);
    std::filesystem::create_directories(own.directory);
    nn::Trainer trainer(task.spec, seed_of(task, k), execution, task.loss, task.adam);
    if (!task.start.empty()) trainer.network().parameters().set_values(task.start[size_t(k)]);
    run_training_loop(task.task_of(trainer, k), trainer, own,
                      processes().as_first(resume && std::filesystem::exists(own.last())),
                      task.count == 1 ? title : fmt::format("{} ({} of {})", title, k + 1, task.count), output);
  }
  processes().wait_for_all();
}

std::shared_ptr<nn::Ensemble> load_members(const RunFiles& files, int count, bool best, const nn::Execution& execution,
                                           const std::function<void(const nn::Checkpoint&)>& read_metadata) {
  std::vector<std::shared_ptr<nn::Trainer>> members;
  for (int k = 0; k < count; ++k) {
    const RunFiles own = files.of_member(k);
    const std::filesystem::path file = best ? own.best() : own.last();
    const nn::Checkpoint checkpoint = nn::Checkpoint::load(file);
    try {
      members.push_back(std::make_shared<nn::Trainer>(nn::model_spec(checkpoint.model, 1), 0, execution));
      members.back()->restore(checkpoint);
      if (k == 0 && read_metadata) read_metadata(checkpoint);
    } catch (const nlohmann::json::exception&) {
      throw Error(file.string() + ": /metadata: not the JSON it should be; train anew");
    } catch (const Error& e) {
      throw Error(file.string() + ": " + e.what());
    }
  }
  return std::make_shared<nn::Ensemble>(std::move(members));
}

}  // namespace unetsr::pipeline
