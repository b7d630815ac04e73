"""Addresses of the people's pages."""

from django.urls import path

from hotline.people import views

app_name = "people"
urlpatterns = [
    path("", views.people_list, name="list"),
    path("invite/", views.invite, name="invite"),
    path("person/<str:username>/", views.person, name="person"),
    path("person/<str:username>/role/", views.change_role, name="role"),
    path("person/<str:username>/credentials/", views.new_credentials, name="credentials"),
    path("person/<str:username>/off-board/", views.off_board, name="off-board"),
    path("changes/<str:reference>/approve/", views.approve, name="approve"),
    path("changes/<str:reference>/refuse/", views.refuse, name="refuse"),
    path("invitations/<str:reference>/withdraw/", views.withdraw, name="withdraw"),
    path("welcome/<str:token>/", views.accept, name="accept"),
    path("demo-sign-in/", views.demo_sign_in, name="demo-sign-in"),
]
