// `knotestat serve` as a child process, and what it answers.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_CLI_SERVER_H_
#define KNOTESTAT_TESTS_CLI_SERVER_H_

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

#include "tests/cli/program.h"
#include "tests/dashboards/http_client.h"

namespace knotestat::cli {

// Serves on a free port, which it reads from what the program prints into the
// file `printed`.
class ServerProgram {
 public:
  ServerProgram(const std::string& printed, Arguments arguments)
      : program_(Serving(std::move(arguments)), {.before = [printed] {
                   const int file = open(printed.c_str(),
                                         O_CREAT | O_TRUNC | O_WRONLY, 0600);
                   dup2(file, STDOUT_FILENO);
                 }}) {
    for (int attempt = 0; attempt < 2000 && port_ == 0; ++attempt) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      const std::string text = ReadAll(printed);
      const size_t host = text.find("://");
      if (!text.ends_with("\n") || host == std::string::npos) continue;
      const size_t colon = text.rfind(':', text.find('/', host + 3));
      port_ = std::atoi(text.c_str() + colon + 1);
    }
    EXPECT_NE(port_, 0) << "the server does not start";
  }

  int port() const { return port_; }
  std::string Get(const std::string& path) const {
    return knotestat::Get(port_, path);
  }
  Finished End(int signal) {
    program_.Signal(signal);
    return program_.Wait();
  }

 private:
  static Arguments Serving(Arguments more) {
    Arguments arguments = {"serve", "--port", "0"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  Program program_;
  int port_ = 0;
};

}  // namespace knotestat::cli

#endif  // KNOTESTAT_TESTS_CLI_SERVER_H_
