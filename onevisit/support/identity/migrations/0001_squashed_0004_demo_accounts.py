import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.core.management import call_command
from django.db import migrations, models
from onevisit.support.baseline import CreateModels


def create_cache_table(apps, schema_editor):
    """The table of the shared cache, which the login throttle counts in."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):

    replaces = [('identity', '0001_initial'), ('identity', '0002_cache_table'), ('identity', '0003_one_time_password'), ('identity', '0004_demo_accounts')]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        CreateModels(
            models=[
                migrations.CreateModel(
                    name='Numbering',
                    fields=[
                        ('series', models.CharField(max_length=80, primary_key=True, serialize=False)),
                        ('latest', models.PositiveIntegerField(default=0)),
                    ],
                ),
                migrations.CreateModel(
                    name='User',
                    fields=[
                        ('password', models.CharField(max_length=128, verbose_name='password')),
                        ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                        ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                        ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                        ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                        ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                        ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                        ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                        ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                        ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('is_password_one_time', models.BooleanField(default=False)),
                        ('is_demo', models.BooleanField(default=False)),
                        ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                        ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                    ],
                    options={
                        'verbose_name': 'user',
                        'verbose_name_plural': 'users',
                        'abstract': False,
                    },
                    managers=[
                        ('objects', django.contrib.auth.models.UserManager()),
                    ],
                ),
                migrations.CreateModel(
                    name='Department',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('code', models.CharField(max_length=32, unique=True)),
                        ('kind', models.CharField(choices=[('department', '监管执法部门'), ('coordination_office', '领导小组办公室'), ('procuratorate', '检察院'), ('notary_office', '公证处'), ('witness', '见证单位'), ('operator', '运维单位')], default='department', max_length=32)),
                        ('level', models.CharField(choices=[('city', '市级'), ('district', '区级')], default='city', max_length=16)),
                        ('region_code', models.CharField(max_length=6)),
                        ('name', models.CharField(max_length=120)),
                        ('short_name', models.CharField(max_length=40)),
                        ('initials', models.CharField(blank=True, max_length=60)),
                        ('can_inspect', models.BooleanField(default=False)),
                        ('domain', models.CharField(blank=True, max_length=80)),
                        ('document_prefix', models.CharField(blank=True, max_length=20)),
                        ('phone', models.CharField(blank=True, max_length=40)),
                        ('batch_number', models.PositiveSmallIntegerField(blank=True, null=True)),
                        ('joined_on', models.DateField(blank=True, null=True)),
                        ('is_read_only', models.BooleanField(default=False)),
                        ('valid_from', models.DateField()),
                        ('valid_to', models.DateField(blank=True, null=True)),
                        ('host', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hosted', to='identity.department')),
                        ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='identity.department')),
                        ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='identity.department')),
                    ],
                    options={
                        'ordering': ['code'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('can_inspect', False), ('kind', 'department'), _connector='OR'), name='department_only_departments_inspect'), models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='department_valid_dates')],
                    },
                ),
                migrations.CreateModel(
                    name='DepartmentName',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=120)),
                        ('short_name', models.CharField(max_length=40)),
                        ('valid_from', models.DateField()),
                        ('valid_to', models.DateField()),
                        ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='former_names', to='identity.department')),
                    ],
                    options={
                        'ordering': ['department', 'valid_from'],
                    },
                ),
                migrations.CreateModel(
                    name='Officer',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('personnel_number', models.CharField(max_length=32, unique=True)),
                        ('name', models.CharField(max_length=60)),
                        ('initials', models.CharField(blank=True, max_length=60)),
                        ('phone', models.CharField(blank=True, max_length=40)),
                        ('is_demo_cast', models.BooleanField(default=False)),
                        ('cast_note', models.CharField(blank=True, max_length=80)),
                        ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='officers', to='identity.department')),
                        ('user', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='officer', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ['personnel_number'],
                    },
                ),
                migrations.CreateModel(
                    name='Delegation',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('role', models.CharField(choices=[('coordinator', '协调处'), ('clerk', '联络员'), ('approver', '审批人'), ('inspector', '执法人员'), ('legality_reviewer', '法制审核'), ('leader', '领导'), ('supervisor', '执法监督'), ('prosecutor', '检察院席位'), ('operator', '运维'), ('notary', '公证')], max_length=32)),
                        ('reason', models.CharField(max_length=200)),
                        ('valid_from', models.DateField()),
                        ('valid_to', models.DateField()),
                        ('revoked_at', models.DateTimeField(blank=True, null=True)),
                        ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='identity.department')),
                        ('from_officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegations_given', to='identity.officer')),
                        ('to_officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegations_held', to='identity.officer')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Post',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('role', models.CharField(choices=[('coordinator', '协调处'), ('clerk', '联络员'), ('approver', '审批人'), ('inspector', '执法人员'), ('legality_reviewer', '法制审核'), ('leader', '领导'), ('supervisor', '执法监督'), ('prosecutor', '检察院席位'), ('operator', '运维'), ('notary', '公证')], max_length=32)),
                        ('title', models.CharField(blank=True, max_length=60)),
                        ('valid_from', models.DateField()),
                        ('valid_to', models.DateField(blank=True, null=True)),
                        ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='identity.department')),
                        ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='identity.officer')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('officer', 'department', 'role', 'valid_from'), name='post_once')],
                    },
                ),
            ],
        ),
        migrations.RunPython(create_cache_table, migrations.RunPython.noop),
    ]
