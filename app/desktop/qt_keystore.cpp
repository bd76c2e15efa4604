// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/qt_keystore.h"

#include <qt6keychain/keychain.h>

namespace quorate::desktop {
namespace {

constexpr std::size_t kKeyBytes = 32;

QString service() { return QStringLiteral("Quorate"); }

/// The library's words may name an account; only the kind is told.
Error errorOf(const QKeychain::Job& job)
{
    switch (job.error()) {
    case QKeychain::EntryNotFound: return {ErrorKind::Malformed, "keystore holds nothing under this name"};
    case QKeychain::AccessDeniedByUser: return {ErrorKind::Cancelled, "access to the keystore was refused"};
    default: return {ErrorKind::Unavailable, "no keystore answers, want one that runs and is unlocked"};
    }
}

/// Starts the job; `finished` runs with it, unless the call was abandoned by then. Jobs delete themselves.
template <typename Job, typename Finished>
PendingCall start(Job* job, const std::string& name, Finished finished)
{
    auto state = std::make_shared<PendingCall::State>();
    job->setKey(QString::fromStdString(name));
    QObject::connect(job, &QKeychain::Job::finished, job, [job, state, finished = std::move(finished)] {
        if (!state->abandoned) finished(*job);
    });
    job->start();
    return PendingCall(std::move(state));
}

auto reportTo(Completion<void> done)
{
    return [done = std::move(done)](const QKeychain::Job& job) {
        if (job.error() == QKeychain::NoError) done({});
        else done(tl::unexpected(errorOf(job)));
    };
}

}  // namespace

PendingCall QtKeystore::store(const std::string& name, const SecretBytes& key, Completion<void> done)
{
    auto* job = new QKeychain::WritePasswordJob(service());
    const BytesView bytes = key.expose();
    job->setBinaryData(QByteArray(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size())));
    return start(job, name, reportTo(std::move(done)));
}

PendingCall QtKeystore::fetch(const std::string& name, Completion<SecretBytes> done)
{
    return start(new QKeychain::ReadPasswordJob(service()), name, [done = std::move(done)](const QKeychain::ReadPasswordJob& job) {
        if (job.error() != QKeychain::NoError) {
            done(tl::unexpected(errorOf(job)));
            return;
        }
        QByteArray data = job.binaryData();
        SecretBytes key = SecretBytes::copyOf(asBytes(std::string_view(data.constData(), static_cast<std::size_t>(data.size()))));
        data.fill('\0');
        if (key.size() != kKeyBytes) done(fail(ErrorKind::Malformed, "keystore holds no key of 32 bytes under this name"));
        else done(std::move(key));
    });
}

PendingCall QtKeystore::remove(const std::string& name, Completion<void> done)
{
    return start(new QKeychain::DeletePasswordJob(service()), name, reportTo(std::move(done)));
}

}  // namespace quorate::desktop
