// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <initializer_list>
#include <string_view>

#include "core/study/roster.h"

namespace quorate::services {

/// Where the caller of an RPC must be a member.
enum class Membership {
    Certificate,    ///< Any certificate of the consortium; the newest roster must not have its member revoked.
    OfferedRoster,  ///< The root-signed roster that the call itself brings names the caller.
    Study,          ///< The roster of the study that the call is about names the caller, and so does the newest one.
    NewestRoster,   ///< The newest roster that the service holds names the caller.
    Invitation,     ///< No certificate: a ticket that shows the code of an invitation. On an address of its own.
};

class RoleSet {
public:
    constexpr RoleSet(std::initializer_list<study::Role> roles)
    {
        for (const auto role : roles) m_bits |= bit(role);
    }
    [[nodiscard]] constexpr bool contains(study::Role role) const { return (m_bits & bit(role)) != 0; }

private:
    static constexpr unsigned bit(study::Role role) { return 1u << static_cast<unsigned>(role); }
    unsigned m_bits = 0;
};

/// Who may make one call. For Membership::Certificate the roles are not asked for: a certificate names none that counts. For
/// Membership::Invitation there are none.
struct CallRule {
    std::string_view method;  ///< "Service.Method" of package quorate.v1.
    Membership membership;
    RoleSet roles;
};

inline constexpr RoleSet kEverybody{study::Role::Coordinator, study::Role::SiteReviewer, study::Role::Custodian, study::Role::Auditor,
                                    study::Role::SiteNode};
inline constexpr RoleSet kPeople{study::Role::Coordinator, study::Role::SiteReviewer, study::Role::Custodian, study::Role::Auditor};
inline constexpr RoleSet kCoordinators{study::Role::Coordinator};
inline constexpr RoleSet kReviewers{study::Role::SiteReviewer};
inline constexpr RoleSet kCustodians{study::Role::Custodian};
inline constexpr RoleSet kBearers{study::Role::Coordinator, study::Role::Custodian};
inline constexpr RoleSet kNodes{study::Role::SiteNode};
inline constexpr RoleSet kNobody{};

/// Every RPC of this service; docs/formats/wire.md shows the same to people. tests/services/roles_test.cpp holds it against
/// the descriptors and each row against each kind of caller.
inline constexpr std::array kCallRules = std::to_array<CallRule>({
    {"AttestationService.Challenge", Membership::Certificate, kEverybody},
    {"AttestationService.ListNodes", Membership::Study, kPeople},
    {"StudyService.PublishStudy", Membership::OfferedRoster, kCoordinators},
    {"StudyService.ListStudies", Membership::Certificate, kEverybody},
    {"StudyService.GetStudy", Membership::Study, kPeople},
    {"StudyService.SubmitParticipation", Membership::Study, kReviewers},
    {"StudyService.AcceptProduct", Membership::Study, kBearers},
    {"StudyService.StartRounds", Membership::Study, kCoordinators},
    {"StudyService.OrderRounds", Membership::Study, kCoordinators},
    {"StudyService.UpdateRoster", Membership::OfferedRoster, kCoordinators},
    {"StudyService.NewestRoster", Membership::Study, kEverybody},
    {"InvitationService.OfferInvitation", Membership::NewestRoster, kCoordinators},
    {"InvitationService.ListJoinRequests", Membership::NewestRoster, kCoordinators},
    {"InvitationService.AnswerJoin", Membership::NewestRoster, kCoordinators},
    {"JoinService.AskToJoin", Membership::Invitation, kNobody},
    {"ReleaseService.FreezeStatement", Membership::Study, kCoordinators},
    {"ReleaseService.SubmitApproval", Membership::Study, kCustodians},
    {"ReleaseService.Stop", Membership::Study, kPeople},
    {"RoundService.BeginJoin", Membership::Study, kNodes},
    {"RoundService.Join", Membership::Study, kNodes},
    {"RoundService.NextTask", Membership::Study, kNodes},
    {"RoundService.FetchModel", Membership::Study, kNodes},
    {"RoundService.SubmitUpdate", Membership::Study, kNodes},
    {"RoundService.ReportResult", Membership::Study, kNodes},
    {"MonitorService.Watch", Membership::Study, kPeople},
    {"PreviewService.OfferPreview", Membership::Study, kNodes},
    {"PreviewService.ListPreviews", Membership::Study, kPeople},
    {"WitnessService.Cosign", Membership::Study, kPeople},
    {"WitnessService.NewestCheckpoint", Membership::Study, kPeople},
    {"WitnessService.HeadsToCosign", Membership::Study, kPeople},
    {"WitnessService.AddCosignature", Membership::Study, kPeople},
    {"WitnessService.CosignedByMembers", Membership::Study, kPeople},
});

/// The row of a call; a name that is not in the table does not compile.
consteval CallRule ruleFor(std::string_view method)
{
    for (const CallRule& rule : kCallRules) {
        if (rule.method == method) return rule;
    }
    throw "no rule for this call";
}

}  // namespace quorate::services
