#pragma once
#include <filesystem>
#include <optional>
#include <vector>

#include "data/splits/leak_audit.hpp"
#include "data/splits/overlap.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/train/footprint_protocol.hpp"
#include "pipeline/train/held_out.hpp"
#include "pipeline/train/paper_protocol.hpp"
#include "pipeline/train/train_options.hpp"

// An audit before a training starts: whether it would use what it is scored on.
namespace unetsr::pipeline {

struct RunAudit {
  data::Overlap overlap;
  std::vector<data::LinearFit> fits;          // least squares of the target on the inputs
  std::optional<data::TwinWindows> twins;     // where windows train and test in one place
  std::optional<Separation> separation;       // honest
  std::optional<CorrelationLengths> lengths;  // honest
};

RunAudit audit_of(const HonestProtocol&, const ResolvedOptions&, const HeldOutBasis&, const data::Dataset& dataset,
                  const data::Dataset& training_grid);
RunAudit audit_of(FootprintProtocol&, const HeldOutBasis&, const data::Dataset& dataset);
RunAudit audit_of(const PaperProtocol&, const data::Dataset&);

// Throws UsageError with what leaks and what to do.
void refuse_leaky_run(const RunAudit&, const ResolvedOptions&, const std::vector<std::string>& windows);

void print_audit(const RunAudit&, const ResolvedOptions&, const Output&);

// audit.json
void write_audit(const std::filesystem::path&, const RunAudit&, const ResolvedOptions&);
// Its entries on training and test; nothing where there is no such file. Throws Error where the file was changed.
struct WrittenAudit {
  data::Overlap overlap;
  std::optional<CorrelationLengths> lengths;
};
std::optional<WrittenAudit> read_audit(const std::filesystem::path&);

}  // namespace unetsr::pipeline
