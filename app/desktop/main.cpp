// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QCommandLineParser>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <cstdio>

#include "app/desktop/screenshots.h"
#if defined(QUORATE_WITH_KEYSTORE)
#include "app/desktop/qt_keystore.h"
#endif
#include "core/base/core_dump.h"
#include "ui/text/translation.h"

namespace {

using namespace quorate;

std::filesystem::path dataFolder(const char* name)
{
    const QString root = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/quorate/");
    return (root + QLatin1String(name)).toStdString();
}

struct CommandLine {
    QCommandLineOption demo{QStringLiteral("demo"), QApplication::translate("main", "Open the offline demo")};
    QCommandLineOption play{QStringLiteral("play"), QApplication::translate("main", "With --demo: play every role up to the running rounds")};
    QCommandLineOption data{QStringLiteral("data"), QApplication::translate("main", "With --demo: the hospitals' files"), QStringLiteral("folder")};
    QCommandLineOption folder{QStringLiteral("folder"), QApplication::translate("main", "With --demo: where it keeps its files"), QStringLiteral("folder")};
    QCommandLineOption seed{QStringLiteral("seed"), QApplication::translate("main", "With --demo: initial weights and batch order follow from it"),
                            QStringLiteral("number"), QStringLiteral("42")};
    QCommandLineOption screenshots{QStringLiteral("screenshots"), QApplication::translate("main", "Play the demo, write pictures of the pages, end"),
                                   QStringLiteral("folder")};
};

desktop::DemoDesktop::Options optionsFrom(const QCommandLineParser& parser, const CommandLine& line, const QTemporaryDir& temporary)
{
    desktop::DemoDesktop::Options options;
    options.folder = dataFolder("demo");
    if (parser.isSet(line.screenshots)) options.folder = (temporary.path() + QStringLiteral("/demo")).toStdString();
    if (parser.isSet(line.folder)) options.folder = parser.value(line.folder).toStdString();
    options.vendorFolder = dataFolder("demo-vendor");
    options.demo.data = parser.value(line.data).toStdString();
    options.demo.seed = parser.value(line.seed).toULongLong();
    options.playAll = parser.isSet(line.play);
    return options;
}

int takeScreenshots(QApplication& application, desktop::DemoDesktop& desktop, ui::Theme& theme, const QString& folder)
{
    desktop::ScreenshotTour tour(desktop, theme, folder);
    QObject::connect(&tour, &desktop::ScreenshotTour::finished, &application, [] { QCoreApplication::exit(0); }, Qt::QueuedConnection);
    QObject::connect(
        &tour, &desktop::ScreenshotTour::failed, &application,
        [](const QString& sentence) {
            std::fprintf(stderr, "quorate: %s\n", qPrintable(sentence));
            QCoreApplication::exit(5);
        },
        Qt::QueuedConnection);
    desktop.openDemo();
    return QApplication::exec();
}

}  // namespace

int main(int argc, char** argv)
{
    forbidCoreDumps();
    QApplication application(argc, argv);
    ui::installTranslation();
    QApplication::setApplicationName(QStringLiteral("Quorate"));
    QApplication::setApplicationVersion(QStringLiteral(QUORATE_VERSION));
    QCommandLineParser parser;
    parser.setApplicationDescription(QApplication::translate("main", "Confidential federated studies between hospitals"));
    parser.addHelpOption();
    parser.addVersionOption();
    const CommandLine line;
    parser.addOptions({line.demo, line.play, line.data, line.folder, line.seed, line.screenshots});
    parser.process(application);
    const QTemporaryDir temporary;
    ui::Theme theme;
    theme.applyTo(application);
    auto options = optionsFrom(parser, line, temporary);
#if defined(QUORATE_WITH_KEYSTORE)
    desktop::QtKeystore keystore;
    options.keystore = &keystore;
#endif
    desktop::DemoDesktop desktop(std::move(options), theme);
    if (parser.isSet(line.screenshots)) return takeScreenshots(application, desktop, theme, parser.value(line.screenshots));
    desktop.showWelcome();
    if (parser.isSet(line.demo)) desktop.openDemo();
    return QApplication::exec();
}
