// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/check_text.h"

#include <array>
#include <string_view>

#include <QCoreApplication>

namespace quorate::ui {

namespace {

struct Family {
    std::string_view part;  // Occurs in the id; the first row that fits holds.
    const char* name;
    const char* why;
    const char* todo;
};

constexpr const char* kAskOperator = QT_TRANSLATE_NOOP("Check", "Do not approve. Ask the operator which image runs, or have new reference values reviewed.");
constexpr const char* kNewEvidence = QT_TRANSLATE_NOOP("Check", "Check again. If it stays, the evidence was changed on its way or was never genuine: report it.");
constexpr const char* kNewCollateral = QT_TRANSLATE_NOOP("Check", "Fetch the vendor's collateral again, or import it from files, then check again.");
constexpr const char* kUpdateMachine = QT_TRANSLATE_NOOP("Check", "Ask the operator to update the machine's firmware; the policy says which level it needs.");

constexpr std::array kFamilies = std::to_array<Family>({
    {"report-data", QT_TRANSLATE_NOOP("Check", "Key and challenge in report_data"),
     QT_TRANSLATE_NOOP("Check", "The evidence answers another challenge, or another key than the one offered."),
     QT_TRANSLATE_NOOP("Check", "Check again. If it stays, somebody stands between you and the service: do not approve.")},
    {"product-acceptance", QT_TRANSLATE_NOOP("Check", "Accepted by the study's quorum"),
     QT_TRANSLATE_NOOP("Check", "This processor family has a known weakness, and the custodians have not accepted it for this time."),
     QT_TRANSLATE_NOOP("Check", "Use another family, or ask the custodians for an acceptance that states its reason and its end.")},
    {"collateral-age", QT_TRANSLATE_NOOP("Check", "Age of the vendor's lists"),
     QT_TRANSLATE_NOOP("Check", "The vendor's lists are still valid and older than the policy takes."), kNewCollateral},
    {"guest-policy", QT_TRANSLATE_NOOP("Check", "Options of the virtual machine (GUEST_POLICY)"),
     QT_TRANSLATE_NOOP("Check", "It was launched with an option that the policy forbids, or without one that it asks for."), kAskOperator},
    {"platform-info", QT_TRANSLATE_NOOP("Check", "Settings of the host (PLATFORM_INFO)"),
     QT_TRANSLATE_NOOP("Check", "The host is set up in a way that the policy does not accept; a known attack may be open."),
     QT_TRANSLATE_NOOP("Check", "Ask the operator to change the host's settings; the policy names them.")},
    {"mitigations", QT_TRANSLATE_NOOP("Check", "Mitigations in the firmware"),
     QT_TRANSLATE_NOOP("Check", "A repair that the policy asks for is not reported as active."), kUpdateMachine},
    {"vlek-provider", QT_TRANSLATE_NOOP("Check", "Provider behind the signing key"),
     QT_TRANSLATE_NOOP("Check", "The key belongs to a provider that the policy does not name."), kAskOperator},
    {".hardware", QT_TRANSLATE_NOOP("Check", "This very machine"),
     QT_TRANSLATE_NOOP("Check", "The machine is not on the policy's list."), kAskOperator},
    {"id-key", QT_TRANSLATE_NOOP("Check", "Who vouched for the launch (ID key)"),
     QT_TRANSLATE_NOOP("Check", "The launch was signed by nobody that the policy names."), kAskOperator},
    {"author-key", QT_TRANSLATE_NOOP("Check", "Who vouched for the ID key (author key)"),
     QT_TRANSLATE_NOOP("Check", "The ID key was signed by nobody that the policy names."), kAskOperator},
    {"guest-svn", QT_TRANSLATE_NOOP("Check", "Version of the image (GUEST_SVN)"),
     QT_TRANSLATE_NOOP("Check", "The image is older than the policy takes."), kAskOperator},
    {"family-id", QT_TRANSLATE_NOOP("Check", "Family of the image (FAMILY_ID)"),
     QT_TRANSLATE_NOOP("Check", "The image is of a family that the policy does not name."), kAskOperator},
    {"image-id", QT_TRANSLATE_NOOP("Check", "Image (IMAGE_ID)"),
     QT_TRANSLATE_NOOP("Check", "The image is one that the policy does not name."), kAskOperator},
    {"mrowner", QT_TRANSLATE_NOOP("Check", "Owner of the virtual machine (MROWNER)"),
     QT_TRANSLATE_NOOP("Check", "The owner, or the owner's configuration, is not one that the policy names."), kAskOperator},
    {"transcript", QT_TRANSLATE_NOOP("Check", "What the answer binds"),
     QT_TRANSLATE_NOOP("Check", "The answer is not bound to this study, epoch or channel."), kNewEvidence},
    {"debug", QT_TRANSLATE_NOOP("Check", "Debugging is off"),
     QT_TRANSLATE_NOOP("Check", "With debugging on, the operator can read everything inside, also a released key."),
     QT_TRANSLATE_NOOP("Check", "Do not approve. There is no override for this.")},
    {"migrat", QT_TRANSLATE_NOOP("Check", "No migration to another machine"),
     QT_TRANSLATE_NOOP("Check", "The virtual machine could be moved to where nobody checked."),
     QT_TRANSLATE_NOOP("Check", "Do not approve. The operator has to start it without migration.")},
    {"event-log", QT_TRANSLATE_NOOP("Check", "Event log leads to the registers"),
     QT_TRANSLATE_NOOP("Check", "This version does not replay the log, so it cannot name which part changed."), kAskOperator},
    {"service-td", QT_TRANSLATE_NOOP("Check", "No service TD bound"),
     QT_TRANSLATE_NOOP("Check", "Another virtual machine was given a hold on this one."), kAskOperator},
    {"vmpl", QT_TRANSLATE_NOOP("Check", "Privilege level inside the virtual machine"),
     QT_TRANSLATE_NOOP("Check", "The report comes from a level that the policy does not trust."), kAskOperator},
    {"attributes", QT_TRANSLATE_NOOP("Check", "Attributes of the virtual machine"),
     QT_TRANSLATE_NOOP("Check", "An attribute is set that the policy forbids."), kAskOperator},
    {"xfam", QT_TRANSLATE_NOOP("Check", "Processor features inside"),
     QT_TRANSLATE_NOOP("Check", "A processor feature is set that may not be set."), kAskOperator},
    {"mrconfigid", QT_TRANSLATE_NOOP("Check", "Started for this consortium (MRCONFIGID)"),
     QT_TRANSLATE_NOOP("Check", "It was started for another consortium or another policy."), kAskOperator},
    {"host-data", QT_TRANSLATE_NOOP("Check", "Started for this consortium (HOST_DATA)"),
     QT_TRANSLATE_NOOP("Check", "It was started for another consortium or another policy."), kAskOperator},
    {"mrtd", QT_TRANSLATE_NOOP("Check", "Virtual firmware (MRTD)"),
     QT_TRANSLATE_NOOP("Check", "Another firmware was started than the approved one."), kAskOperator},
    {"rtmr0", QT_TRANSLATE_NOOP("Check", "Firmware settings (RTMR0)"),
     QT_TRANSLATE_NOOP("Check", "The virtual firmware was given other settings."), kAskOperator},
    {"rtmr1", QT_TRANSLATE_NOOP("Check", "Boot loader and kernel (RTMR1)"),
     QT_TRANSLATE_NOOP("Check", "Another boot loader or kernel was started."), kAskOperator},
    {"rtmr2", QT_TRANSLATE_NOOP("Check", "Kernel command line and initrd (RTMR2)"),
     QT_TRANSLATE_NOOP("Check", "The kernel was started with another command line or initrd."), kAskOperator},
    {"rtmr3", QT_TRANSLATE_NOOP("Check", "Run time (RTMR3)"),
     QT_TRANSLATE_NOOP("Check", "Something was measured at run time that is not approved."), kAskOperator},
    {"mrseam", QT_TRANSLATE_NOOP("Check", "TDX module (MRSEAM)"),
     QT_TRANSLATE_NOOP("Check", "The TDX module is not one that the study approved."), kAskOperator},
    {"snp.measurement", QT_TRANSLATE_NOOP("Check", "Launch measurement (MEASUREMENT)"),
     QT_TRANSLATE_NOOP("Check", "Another image was launched than the approved one."), kAskOperator},
    {"reference", QT_TRANSLATE_NOOP("Check", "Reference values are there"),
     QT_TRANSLATE_NOOP("Check", "Without approved values every program is refused."),
     QT_TRANSLATE_NOOP("Check", "Have reference values reviewed and signed for this kind of hardware.")},
    {"policy.", QT_TRANSLATE_NOOP("Check", "Hardware that the policy accepts"),
     QT_TRANSLATE_NOOP("Check", "The study's policy does not accept this kind of hardware or evidence."),
     QT_TRANSLATE_NOOP("Check", "Use hardware that the policy names, or have the policy amended and approved.")},
    {"fresh", QT_TRANSLATE_NOOP("Check", "Collateral is in its time"),
     QT_TRANSLATE_NOOP("Check", "The vendor's list is out of date, so a newer warning could be missed."), kNewCollateral},
    {"revoked", QT_TRANSLATE_NOOP("Check", "Not revoked by the vendor"),
     QT_TRANSLATE_NOOP("Check", "The vendor withdrew its trust, or its list is not at hand."), kNewCollateral},
    {"crl", QT_TRANSLATE_NOOP("Check", "Revocation list of the vendor"),
     QT_TRANSLATE_NOOP("Check", "Without a valid list nobody can say whether the hardware was revoked."), kNewCollateral},
    {"qe-identity", QT_TRANSLATE_NOOP("Check", "Identity of the quoting enclave"),
     QT_TRANSLATE_NOOP("Check", "The enclave that signed is not one that Intel describes."), kNewCollateral},
    {"qe-report", QT_TRANSLATE_NOOP("Check", "The quoting enclave vouches for the signing key"),
     QT_TRANSLATE_NOOP("Check", "The key that signed the quote is not vouched for."), kNewEvidence},
    {"evaluation-number", QT_TRANSLATE_NOOP("Check", "Age of Intel's evaluation data"),
     QT_TRANSLATE_NOOP("Check", "The judgement rests on older data than the policy allows."), kNewCollateral},
    {"module", QT_TRANSLATE_NOOP("Check", "TDX module and its level"),
     QT_TRANSLATE_NOOP("Check", "The TDX module is unknown to Intel's data or out of date."), kUpdateMachine},
    {"tcb-info", QT_TRANSLATE_NOOP("Check", "Intel's TCB information"),
     QT_TRANSLATE_NOOP("Check", "The data to judge the firmware is missing, foreign or changed."), kNewCollateral},
    {"tcb", QT_TRANSLATE_NOOP("Check", "Firmware level (TCB)"),
     QT_TRANSLATE_NOOP("Check", "The machine's firmware is behind what the policy needs; known faults may be open."), kUpdateMachine},
    {"chain", QT_TRANSLATE_NOOP("Check", "Certificates lead to the pinned root"),
     QT_TRANSLATE_NOOP("Check", "Nobody that this program trusts vouches for this hardware."), kNewEvidence},
    {"root", QT_TRANSLATE_NOOP("Check", "The vendor's root is the pinned one"),
     QT_TRANSLATE_NOOP("Check", "The root is not Intel's or AMD's."), kNewEvidence},
    {"signature", QT_TRANSLATE_NOOP("Check", "The hardware signed these bytes"),
     QT_TRANSLATE_NOOP("Check", "The bytes were changed after signing, or another key signed them."), kNewEvidence},
    {"vek", QT_TRANSLATE_NOOP("Check", "The chip's own certificate"),
     QT_TRANSLATE_NOOP("Check", "The certificate is not this chip's, or not for this firmware."), kNewEvidence},
    {"pck", QT_TRANSLATE_NOOP("Check", "The platform's own certificate"),
     QT_TRANSLATE_NOOP("Check", "The certificate is not this platform's."), kNewEvidence},
    {"chip-id", QT_TRANSLATE_NOOP("Check", "Chip identity"),
     QT_TRANSLATE_NOOP("Check", "Report and certificate name different chips."), kNewEvidence},
    {"signer", QT_TRANSLATE_NOOP("Check", "Kind of signing key"),
     QT_TRANSLATE_NOOP("Check", "The policy does not accept this kind of signer."), kAskOperator},
    {"product", QT_TRANSLATE_NOOP("Check", "Processor family"),
     QT_TRANSLATE_NOOP("Check", "Report and certificates name different processor families."), kNewEvidence},
    {"format", QT_TRANSLATE_NOOP("Check", "Format and exact length"),
     QT_TRANSLATE_NOOP("Check", "The file is not what it claims to be."), kNewEvidence},
    {"layout", QT_TRANSLATE_NOOP("Check", "Format and exact length"),
     QT_TRANSLATE_NOOP("Check", "The file is not what it claims to be."), kNewEvidence},
    {"trailing", QT_TRANSLATE_NOOP("Check", "Nothing after the end"),
     QT_TRANSLATE_NOOP("Check", "Bytes follow that nothing signs."), kNewEvidence},
    {"certificate", QT_TRANSLATE_NOOP("Check", "Certificates beside the report"),
     QT_TRANSLATE_NOOP("Check", "The certificates cannot be read."), kNewEvidence},
});

QString translated(const char* text) { return QCoreApplication::translate("Check", text); }

}  // namespace

CheckText textFor(const std::string& checkId)
{
    for (const Family& family : kFamilies) {
        if (checkId.find(family.part) != std::string::npos) {
            return {translated(family.name), translated(family.why), translated(family.todo)};
        }
    }
    return {QString::fromStdString(checkId), {}, translated(kNewEvidence)};
}

QString wordFor(attestation::CheckOutcome outcome)
{
    switch (outcome) {
    case attestation::CheckOutcome::Pass: return translated(QT_TRANSLATE_NOOP("Check", "Pass"));
    case attestation::CheckOutcome::Fail: return translated(QT_TRANSLATE_NOOP("Check", "Fail"));
    case attestation::CheckOutcome::NotApplicable: return translated(QT_TRANSLATE_NOOP("Check", "Does not apply"));
    case attestation::CheckOutcome::NotChecked: return translated(QT_TRANSLATE_NOOP("Check", "Not checked"));
    }
    return {};
}

RegisterText registerText(const std::string& claim)
{
    struct Row {
        std::string_view claim;
        const char* field;
        const char* meaning;
    };
    static constexpr std::array kRows = std::to_array<Row>({
        {"mrtd", "MRTD", QT_TRANSLATE_NOOP("Check", "Virtual firmware")},
        {"rtmr0", "RTMR0", QT_TRANSLATE_NOOP("Check", "Firmware settings")},
        {"rtmr1", "RTMR1", QT_TRANSLATE_NOOP("Check", "Boot loader, kernel")},
        {"rtmr2", "RTMR2", QT_TRANSLATE_NOOP("Check", "Cmdline, initrd")},
        {"rtmr3", "RTMR3", QT_TRANSLATE_NOOP("Check", "Run time")},
        {"mrseam", "MRSEAM", QT_TRANSLATE_NOOP("Check", "TDX module")},
        {"mrConfigId", "MRCONFIGID", QT_TRANSLATE_NOOP("Check", "Roster root, policy")},
        {"mrconfigid", "MRCONFIGID", QT_TRANSLATE_NOOP("Check", "Roster root, policy")},
        {"measurement", "MEASUREMENT", QT_TRANSLATE_NOOP("Check", "Launch")},
        {"hostData", "HOST_DATA", QT_TRANSLATE_NOOP("Check", "Roster root, policy")},
    });
    for (const Row& row : kRows) {
        if (row.claim == claim) return {QString::fromLatin1(row.field), translated(row.meaning)};
    }
    return {QString::fromStdString(claim), {}};
}

}  // namespace quorate::ui
