#include "kernels/system_error.hpp"

#include <cerrno>
#include <system_error>

namespace unetsr {

std::string system_message(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
      return "no permission";
    case EDQUOT:
      return "the disk quota is used up";
    case EFBIG:
      return "the file would be larger than the system allows";
    case EIO:
      return "the disk reports an error (input/output error)";
    case EMFILE:
    case ENFILE:
      return "too many files are open";
    case ENOENT:
      return "no such file";
    case ENOMEM:
      return "out of memory";
    case ENOSPC:
      return "the disk is full";
    case EROFS:
      return "the file system is read-only";
    default:
      return std::generic_category().message(error);
  }
}

}  // namespace unetsr
