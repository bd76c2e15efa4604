// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "app/desktop/qt_keystore.h"

using namespace quorate;

/// What can be said without a keystore: whoever has one would not want it written to by a test.
class QtKeystoreTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
#if !defined(Q_OS_LINUX)
        QSKIP("the operating system always has a keystore");
#endif
        qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
        qputenv("XDG_CURRENT_DESKTOP", "");
    }

    void withoutAServiceNothingIsStoredAndItIsSaid()
    {
        std::optional<Result<void>> stored;
        const PendingCall call = m_keystore.store("quorate.test", SecretBytes(32), [&](Result<void> result) { stored = std::move(result); });
        QTRY_VERIFY(stored.has_value());
        QVERIFY(!*stored);
        QCOMPARE(stored->error().kind, ErrorKind::Unavailable);
    }

    void withoutAServiceAFetchIsUnavailableAndNotEmpty()
    {
        std::optional<ErrorKind> kind;
        const PendingCall call = m_keystore.fetch("quorate.test", [&](Result<SecretBytes> result) {
            kind = result ? ErrorKind::Internal : result.error().kind;
        });
        QTRY_VERIFY(kind.has_value());
        QCOMPARE(*kind, ErrorKind::Unavailable);
    }

    void anAbandonedCallNeverCompletes()
    {
        bool completed = false;
        m_keystore.fetch("quorate.test", [&](Result<SecretBytes>) { completed = true; }).abandon();
        withoutAServiceAFetchIsUnavailableAndNotEmpty();
        QVERIFY(!completed);
    }

private:
    desktop::QtKeystore m_keystore;
};

QTEST_GUILESS_MAIN(QtKeystoreTest)
#include "qt_keystore_test.moc"
