// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/services/support/fake_site.h"
#include "tests/support/temporary_folder.h"

namespace quorate::tests {

/// A study at a service that keeps its state in a folder.
struct KeptStudy {
    explicit KeptStudy(const ConsortiumOptions& options) : consortium(options)
    {
        service = startService(consortium, nullptr, "127.0.0.1:0", folder.path());
        publish(consortium, service);
        approveAll(consortium, service);
        releaseKey(consortium, service);
        startRounds(consortium, service);
        connect();
        joinAll();
    }

    void open()
    {
        service = startService(consortium, nullptr, "127.0.0.1:0", folder.path());
        connect();
    }
    /// Sites that find the service, and remember the receipts that they have seen.
    void connect()
    {
        std::vector<SeenReceipt> seen(consortium.nodes.size());
        for (std::size_t i = 0; i < sites.size(); ++i) seen[i] = sites[i]->seen();
        sites.clear();
        for (std::size_t i = 0; i < consortium.nodes.size(); ++i) {
            sites.push_back(std::make_unique<FakeSite>(consortium, service, i));
            sites.back()->remember(seen[i]);
        }
    }
    void joinAll() const
    {
        for (const auto& site : sites) must(site->join());
    }
    /// As if the process had been killed at this moment: what was on the disk, and nothing else.
    void killAndStartAnew()
    {
        const std::filesystem::path copy = spare / ("copy" + std::to_string(kills++));
        std::filesystem::copy(folder.path(), copy, std::filesystem::copy_options::recursive);
        service.server.reset();
        for (const auto& entry : std::filesystem::directory_iterator(folder.path())) std::filesystem::remove_all(entry.path());
        std::filesystem::copy(copy, folder.path(), std::filesystem::copy_options::recursive);
        open();
    }
    [[nodiscard]] std::filesystem::path studyFolder() const { return folder / toHex(consortium.study()); }
    [[nodiscard]] std::vector<study::StudyEvent> events() const { return service.events(consortium.study()); }
    [[nodiscard]] std::optional<study::StudyEvent> last(study::EventKind kind) const { return lastEvent(service, consortium.study(), kind); }
    [[nodiscard]] bool aggregated(std::uint32_t round) const
    {
        return eventually([&] {
            const auto event = last(study::EventKind::ReceiptSigned);
            return event && event->round >= round;
        });
    }

    SmallConsortium consortium;
    TemporaryFolder folder;
    TemporaryFolder spare;
    int kills = 0;
    RunningService service;
    std::vector<std::unique_ptr<FakeSite>> sites;
};

}  // namespace quorate::tests
